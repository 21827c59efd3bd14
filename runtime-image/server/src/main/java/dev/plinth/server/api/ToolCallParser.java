package dev.plinth.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells calls of functions from what else a model says, while it says it. Calls stand between {@code <tool_call>} and {@code
 * </tool_call>} (Hermes, Qwen, SmolLM); or from {@code [TOOL_CALLS]} (Mistral), {@code <|python_tag|>} or {@code <|python_start|>}
 * (Llama) to the end; or are the whole answer, without a mark. Their forms are those of {@link ToolCallReader}. What looks like a
 * call and is none, or is of a function that was not offered, is text.
 */
final class ToolCallParser {
    private static final String OPEN = "<tool_call>";
    private static final String CLOSE = "</tool_call>";
    private static final String LIST = "[TOOL_CALLS]";

    /** What stands before calls that go on to the end of the answer. */
    private static final List<String> REST = List.of(LIST, "<|python_tag|>", "<|python_start|>");

    /** What stands behind them, if anything does. */
    private static final String END = "<|python_end|>";

    /** Marks that tokenizers have as tokens, which are no text unless calls are looked for. */
    static final List<String> MARKS =
            List.of(OPEN, CLOSE, LIST, "<|python_tag|>", "<|python_start|>", END, "[ARGS]", "[CALL_ID]");

    private enum Mode {
        /** Nothing but white space has come. */
        BEGINNING,
        TEXT,
        /** A call has ended and only white space has come since. */
        AFTER_CALL,
        /** Between the marks. */
        CALL,
        /** What is left of the answer may be calls. */
        CALLS
    }

    private final Tools tools;
    private final ToolCallReader reader;
    private final StringBuilder held = new StringBuilder();
    private List<ToolCall> found = new ArrayList<>();
    private Mode mode = Mode.BEGINNING;
    private int calls;

    ToolCallParser(Tools tools) {
        this.tools = tools;
        this.reader = new ToolCallReader(tools);
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
            case CALLS -> take(unmarked(rest)) ? "" : rest;
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
                mode = begun.startsWith("{") || begun.startsWith("[") ? Mode.CALLS : Mode.TEXT;
                return true;
            }
            case AFTER_CALL -> {
                held.replace(0, held.length(), held.toString().stripLeading());
                mode = held.isEmpty() ? Mode.AFTER_CALL : Mode.TEXT;
                return !held.isEmpty();
            }
            case TEXT -> {
                Optional<Mark> first = firstMark();
                int end = first.map(Mark::at).orElseGet(() -> held.length() - beginningOfMark());
                text.append(first.isPresent() ? held.substring(0, end).stripTrailing() : held.substring(0, end));
                held.delete(0, end);
                first.ifPresent(mark -> {
                    boolean closed = mark.text().equals(OPEN);
                    held.delete(0, closed ? OPEN.length() : 0);
                    mode = closed ? Mode.CALL : Mode.CALLS;
                });
                return first.isPresent();
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

    private record Mark(String text, int at) {}

    private static Stream<String> opening() {
        return Stream.concat(Stream.of(OPEN), REST.stream());
    }

    private Optional<Mark> firstMark() {
        return opening()
                .map(mark -> new Mark(mark, held.indexOf(mark)))
                .filter(mark -> mark.at() >= 0)
                .min((one, other) -> Integer.compare(one.at(), other.at()));
    }

    /** Length of the longest end of the text that begins a mark; white space before it counts, for it goes with the mark. */
    private int beginningOfMark() {
        int length = held.length();
        int blank = opening().mapToInt(this::begun).max().orElse(0);
        while (blank < length && Character.isWhitespace(held.charAt(length - blank - 1))) {
            blank++;
        }
        return blank;
    }

    private int begun(String mark) {
        int length = held.length();
        for (int size = Math.min(mark.length() - 1, length); size > 0; size--) {
            if (mark.startsWith(held.substring(length - size))) {
                return size;
            }
        }
        return 0;
    }

    /** Calls without what stands before and behind them. */
    private static String unmarked(String calls) {
        String rest = calls.strip();
        for (String mark : REST) {
            rest = rest.startsWith(mark) ? rest.substring(mark.length()) : rest;
        }
        return rest.endsWith(END) ? rest.substring(0, rest.length() - END.length()) : rest;
    }

    /** Takes one call or a list of them; false, and takes nothing, if it is neither. */
    private boolean take(String text) {
        List<ToolCall> taken = reader.read(text.strip());
        for (ToolCall call : taken) {
            if (calls == 0 || tools.parallel()) {
                found.add(call);
                calls++;
            }
        }
        return !taken.isEmpty();
    }
}
