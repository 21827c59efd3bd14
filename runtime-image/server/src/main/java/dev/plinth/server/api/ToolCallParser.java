package dev.plinth.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells calls of functions from what else a model says, while it says it. Known forms: JSON between {@code <tool_call>} and {@code
 * </tool_call>} (Hermes, Qwen, SmolLM), or a whole answer that is one call in JSON or a list of them, perhaps behind {@code
 * [TOOL_CALLS]} (Llama 3, Mistral). A call is {@code {"name": ..., "arguments": {...}}}, or with {@code parameters}. What looks like
 * a call and is none, or is of a function that was not offered, is text.
 */
final class ToolCallParser {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String OPEN = "<tool_call>";
    private static final String CLOSE = "</tool_call>";
    private static final String LIST = "[TOOL_CALLS]";

    private enum Mode {
        /** Nothing but white space has come. */
        BEGINNING,
        TEXT,
        /** A call has ended and only white space has come since. */
        AFTER_CALL,
        /** Between the marks. */
        CALL,
        /** The whole answer may be calls. */
        WHOLE
    }

    private final Tools tools;
    private final StringBuilder held = new StringBuilder();
    private List<ToolCall> found = new ArrayList<>();
    private Mode mode = Mode.BEGINNING;
    private int calls;

    ToolCallParser(Tools tools) {
        this.tools = tools;
    }

    /** Takes what the model said next and gives what is certainly text for the reader. */
    String text(String more) {
        if (!tools.any()) {
            return more;
        }
        held.append(more);
        StringBuilder text = new StringBuilder();
        while (advance(text)) {
            // until nothing more is certain
        }
        return text.toString();
    }

    /** The model has ended: gives the rest of the text. */
    String finish() {
        String rest = held.toString();
        held.setLength(0);
        return switch (mode) {
            case BEGINNING, TEXT -> rest;
            case AFTER_CALL -> "";
            case CALL -> take(rest) ? "" : OPEN + rest;
            case WHOLE -> {
                String json = rest.strip();
                yield take(json.startsWith(LIST) ? json.substring(LIST.length()) : json) ? "" : rest;
            }
        };
    }

    /** Calls that were completed since this was last asked. */
    List<ToolCall> found() {
        List<ToolCall> now = found;
        found = new ArrayList<>();
        return now;
    }

    /** Calls so far. */
    int calls() {
        return calls;
    }

    /** One step; false if more must come first. */
    private boolean advance(StringBuilder text) {
        switch (mode) {
            case BEGINNING -> {
                String begun = held.toString().stripLeading();
                if (begun.isEmpty()) {
                    return false;
                }
                mode = begun.startsWith("{") || begun.startsWith("[") ? Mode.WHOLE : Mode.TEXT;
                return true;
            }
            case AFTER_CALL -> {
                held.replace(0, held.length(), held.toString().stripLeading());
                mode = held.isEmpty() ? Mode.AFTER_CALL : Mode.TEXT;
                return !held.isEmpty();
            }
            case TEXT -> {
                int open = held.indexOf(OPEN);
                int end = open >= 0 ? open : held.length() - beginningOfMark();
                text.append(open >= 0 ? held.substring(0, end).stripTrailing() : held.substring(0, end));
                held.delete(0, open >= 0 ? open + OPEN.length() : end);
                mode = open >= 0 ? Mode.CALL : Mode.TEXT;
                return open >= 0;
            }
            case CALL -> {
                int close = held.indexOf(CLOSE);
                if (close < 0) {
                    return false;
                }
                String call = held.substring(0, close);
                held.delete(0, close + CLOSE.length());
                if (!take(call)) {
                    text.append(OPEN).append(call).append(CLOSE);
                }
                mode = Mode.AFTER_CALL;
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /** Length of the longest end of the text that begins a mark; white space before it counts, for it goes with the mark. */
    private int beginningOfMark() {
        int length = held.length();
        int longest = 0;
        for (int size = Math.min(OPEN.length() - 1, length); size > 0 && longest == 0; size--) {
            if (OPEN.startsWith(held.substring(length - size))) {
                longest = size;
            }
        }
        int blank = longest;
        while (blank < length && Character.isWhitespace(held.charAt(length - blank - 1))) {
            blank++;
        }
        return blank;
    }

    /** Takes one call or a list of them; false, and takes nothing, if it is neither. */
    private boolean take(String text) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return false;
        }
        List<ToolCall> taken = new ArrayList<>();
        for (JsonNode call : json.isArray() ? json : List.of(json)) {
            JsonNode arguments = call.path(call.has("arguments") ? "arguments" : "parameters");
            String name = call.path("name").asText();
            if (!tools.names().contains(name) || !(arguments.isObject() || arguments.isMissingNode())) {
                return false;
            }
            taken.add(ToolCall.of(name, arguments.isMissingNode() ? "{}" : arguments.toString()));
        }
        for (ToolCall call : taken) {
            if (calls == 0 || tools.parallel()) {
                found.add(call);
                calls++;
            }
        }
        return !taken.isEmpty();
    }
}
