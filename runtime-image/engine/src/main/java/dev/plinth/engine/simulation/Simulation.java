package dev.plinth.engine.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * How long a simulated engine takes and how much it holds, from a {@value #FILE} in the place of weights. Every field may be left out;
 * times are then 0. They stand for a model and a machine: measure them there, or take them from where somebody has published them.
 *
 * @param maxSequenceLength {@code max_sequence_length}: tokens, by default 8192
 * @param cacheTokens {@code cache_tokens}: tokens whose keys and values are kept, by default 65536
 * @param meanAnswerTokens {@code mean_answer_tokens}: answers end by themselves after so many on average, by default 128
 * @param load {@code load_seconds}: time until the model is loaded
 * @param step {@code step_milliseconds}: time of a step whatever it does
 * @param promptToken {@code prompt_token_milliseconds}: more for each token of a prompt in the step
 * @param answer {@code answer_milliseconds}: more for each sequence that gets its next token
 * @param seenToken {@code seen_token_milliseconds}: more for each token that those sequences have seen
 */
public record Simulation(
        int maxSequenceLength,
        int cacheTokens,
        int meanAnswerTokens,
        Duration load,
        Duration step,
        Duration promptToken,
        Duration answer,
        Duration seenToken) {
    public static final String FILE = "simulation.json";

    private static final Set<String> FIELDS = Set.of(
            "max_sequence_length",
            "cache_tokens",
            "mean_answer_tokens",
            "load_seconds",
            "step_milliseconds",
            "prompt_token_milliseconds",
            "answer_milliseconds",
            "seen_token_milliseconds");

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if a field is not known or makes no sense; the message names it
     */
    public static Simulation read(Path file) throws IOException {
        JsonNode json = new ObjectMapper().readTree(Files.readString(file));
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw new IllegalArgumentException(FILE + " has an unknown field \"" + field.getKey() + "\"");
            }
        }
        return new Simulation(
                count(json, "max_sequence_length", 8192),
                count(json, "cache_tokens", 65_536),
                count(json, "mean_answer_tokens", 128),
                time(json, "load_seconds", 1e9),
                time(json, "step_milliseconds", 1e6),
                time(json, "prompt_token_milliseconds", 1e6),
                time(json, "answer_milliseconds", 1e6),
                time(json, "seen_token_milliseconds", 1e6));
    }

    /** How long a step takes. @param seenTokens of all the sequences that get their next token */
    Duration time(long promptTokens, long answers, long seenTokens) {
        return step.plus(promptToken.multipliedBy(promptTokens))
                .plus(answer.multipliedBy(answers))
                .plus(seenToken.multipliedBy(seenTokens));
    }

    private static int count(JsonNode json, String field, int otherwise) {
        JsonNode value = json.path(field);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isInt() || value.asInt() < 1) {
            throw new IllegalArgumentException(
                    "%s: %s must be a whole number from 1, not %s".formatted(FILE, field, value));
        }
        return value.asInt();
    }

    private static Duration time(JsonNode json, String field, double nanos) {
        JsonNode value = json.path(field);
        if (!value.isMissingNode() && (!value.isNumber() || value.asDouble() < 0)) {
            throw new IllegalArgumentException("%s: %s must be a number from 0, not %s".formatted(FILE, field, value));
        }
        return Duration.ofNanos(Math.round(value.asDouble() * nanos));
    }
}
