package dev.plinth.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plinth.engine.tokens.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads a field of texts: a string, several, token ids, or several lists of them. */
record Prompts(String field, Tokenizer tokenizer, int mostTokens) {
    /** Tokens of language are four characters long on average; no text of this many a token fits. */
    private static final int CHARACTERS_A_TOKEN = 16;

    List<List<Integer>> read(Fields fields) throws ApiError {
        JsonNode prompt = fields.get(field).orElseThrow(() -> ApiError.invalid(field, field + " is required"));
        List<List<Integer>> prompts = new ArrayList<>();
        if (prompt.isTextual()) {
            prompts.add(encode(prompt));
        } else if (prompt.path(0).isIntegralNumber()) {
            prompts.add(ids(prompt));
        } else {
            if (!prompt.isArray()) {
                throw ApiError.invalid(field, field + " must be a string, token ids, or a list of those");
            }
            for (JsonNode one : prompt) {
                prompts.add(one.isTextual() ? encode(one) : ids(one));
            }
        }
        if (prompts.isEmpty() || prompts.stream().anyMatch(List::isEmpty)) {
            throw ApiError.invalid(field, field + " must not be empty");
        }
        return prompts;
    }

    private List<Integer> encode(JsonNode text) throws ApiError {
        checkLength(field, text.asText(), mostTokens);
        return boxed(text.asText().isEmpty() ? new int[0] : tokenizer.encodeFromBeginning(text.asText()));
    }

    private List<Integer> ids(JsonNode list) throws ApiError {
        List<Integer> ids = new ArrayList<>();
        for (JsonNode id : list) {
            if (!id.isInt() || id.asInt() < 0 || id.asInt() >= tokenizer.vocabularySize()) {
                throw ApiError.invalid(
                        field,
                        "%s must be text or token ids from 0 to %d".formatted(field, tokenizer.vocabularySize() - 1));
            }
            ids.add(id.asInt());
        }
        return ids;
    }

    /** Refuses what is far too long before time is spent on making tokens of it. */
    static void checkLength(String field, String text, int mostTokens) throws ApiError {
        if (text.length() / CHARACTERS_A_TOKEN > mostTokens) {
            throw ApiError.textTooLong(field, text.length(), mostTokens);
        }
    }

    static List<Integer> boxed(int[] tokens) {
        return Arrays.stream(tokens).boxed().toList();
    }
}
