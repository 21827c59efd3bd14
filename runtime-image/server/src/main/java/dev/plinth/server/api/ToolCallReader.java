package dev.plinth.server.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads calls in the forms that families of models were trained on: JSON, one {@code {"name": ..., "arguments": {...}}} (or with {@code
 * parameters}, or as OpenAI writes it), a list of them, or several behind each other (Hermes, Qwen, Llama 3, Mistral); {@code
 * name{...}} (newer Mistral); lists in Python (Llama 3.2, Llama 4); and {@link TaggedCalls}.
 */
final class ToolCallReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MARK = "[TOOL_CALLS]";

    private static final Pattern NAMED = Pattern.compile(
            "\\s*([A-Za-z0-9_.-]{1,64})\\s*(?:\\Q[CALL_ID]\\E\\s*[A-Za-z0-9]*\\s*)?(?:\\Q[ARGS]\\E\\s*)?(?=\\{)");

    private final Tools tools;
    private final Set<String> names;

    /** @param tools that may be called */
    ToolCallReader(Tools tools) {
        this.tools = tools;
        this.names = tools.names();
    }

    /** The calls; none if the text is anything else, or calls what was not offered. */
    List<ToolCall> read(String text) {
        return json(text)
                .or(() -> named(text))
                .or(() -> python(text))
                .or(() -> TaggedCalls.read(text, tools))
                .orElse(List.of());
    }

    private Optional<List<ToolCall>> json(String text) {
        List<ToolCall> calls = new ArrayList<>();
        int at = behindSeparators(text, 0);
        while (at < text.length()) {
            Optional<Parsed> next = parse(text, at);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            JsonNode json = next.get().json();
            for (JsonNode one : json.isArray() ? json : List.of(json)) {
                Optional<ToolCall> call = call(one);
                if (call.isEmpty()) {
                    return Optional.empty();
                }
                calls.add(call.get());
            }
            at = behindSeparators(text, next.get().end());
        }
        return calls.isEmpty() ? Optional.empty() : Optional.of(calls);
    }

    private Optional<List<ToolCall>> named(String text) {
        List<ToolCall> calls = new ArrayList<>();
        Matcher name = NAMED.matcher(text);
        int at = 0;
        while (at < text.length() && name.region(at, text.length()).lookingAt()) {
            Optional<Parsed> arguments = parse(text, name.end());
            if (arguments.isEmpty() || !names.contains(name.group(1))) {
                return Optional.empty();
            }
            calls.add(ToolCall.of(name.group(1), arguments.get().json().toString()));
            at = behindSeparators(text, arguments.get().end());
        }
        return at < text.length() || calls.isEmpty() ? Optional.empty() : Optional.of(calls);
    }

    private Optional<List<ToolCall>> python(String text) {
        return PythonCalls.read(text)
                .filter(calls -> calls.stream().allMatch(call -> names.contains(call.name())))
                .map(calls -> calls.stream()
                        .map(call -> ToolCall.of(call.name(), call.arguments().toString()))
                        .toList());
    }

    /** @param end where the text goes on behind it */
    private record Parsed(JsonNode json, int end) {}

    private static Optional<Parsed> parse(String text, int begin) {
        try (JsonParser parser = JSON.createParser(text.substring(begin))) {
            JsonNode json = JSON.readTree(parser);
            int length = (int) parser.currentLocation().getCharOffset();
            return json == null || !json.isContainerNode()
                    ? Optional.empty()
                    : Optional.of(new Parsed(json, begin + length));
        } catch (IOException noJson) {
            return Optional.empty();
        }
    }

    /** Where the next call begins: between two may be nothing, white space, Llama's semicolon or Mistral's mark. */
    private static int behindSeparators(String text, int from) {
        int at = from;
        while (at < text.length()) {
            char here = text.charAt(at);
            if (Character.isWhitespace(here) || here == ';' || here == ',') {
                at++;
            } else if (text.startsWith(MARK, at)) {
                at += MARK.length();
            } else {
                return at;
            }
        }
        return at;
    }

    private Optional<ToolCall> call(JsonNode json) {
        JsonNode call = json.path("function").isObject() ? json.path("function") : json;
        String name = call.path("name").asText();
        return names.contains(name)
                ? arguments(call.path(call.has("arguments") ? "arguments" : "parameters"))
                        .map(arguments -> ToolCall.of(name, arguments))
                : Optional.empty();
    }

    /** An object, or the text of one. */
    private static Optional<String> arguments(JsonNode json) {
        if (json.isMissingNode() || json.isNull()) {
            return Optional.of("{}");
        }
        try {
            JsonNode arguments = json.isTextual() ? JSON.readTree(json.asText()) : json;
            return arguments.isObject() ? Optional.of(arguments.toString()) : Optional.empty();
        } catch (JsonProcessingException noJson) {
            return Optional.empty();
        }
    }
}
