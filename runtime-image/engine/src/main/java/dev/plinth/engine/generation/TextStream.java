package dev.plinth.engine.generation;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Turns the bytes of tokens into text that may be shown: never half a character, and nothing that may still turn out to be
 * a stop string or comes after one.
 */
final class TextStream {
    private final List<String> stops;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    /** The first bytes of a character whose others have not come; at most three. */
    private ByteBuffer incomplete = ByteBuffer.allocate(0);

    private final StringBuilder held = new StringBuilder();
    private boolean stopped;

    TextStream(List<String> stops) {
        this.stops = List.copyOf(stops);
    }

    /** Whether a stop string has come. */
    boolean stopped() {
        return stopped;
    }

    /** Takes the bytes of the next token and gives the text that is now certain. */
    String append(byte[] bytes) {
        ByteBuffer input = ByteBuffer.allocate(incomplete.remaining() + bytes.length)
                .put(incomplete)
                .put(bytes)
                .flip();
        held.append(decode(input, false));
        incomplete = input.slice();
        return certain();
    }

    /** Gives what was held back, at the end of the sequence. */
    String finish() {
        held.append(decode(incomplete, true));
        String rest = certain();
        if (stopped) {
            return rest;
        }
        rest += held;
        held.setLength(0);
        return rest;
    }

    private CharBuffer decode(ByteBuffer input, boolean end) {
        CharBuffer text = CharBuffer.allocate(input.remaining() + 1);
        utf8.reset();
        utf8.decode(input, text, end);
        if (end) {
            utf8.flush(text);
        }
        return text.flip();
    }

    private String certain() {
        if (stopped) {
            held.setLength(0);
            return "";
        }
        int first = -1;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
            }
        }
        stopped = first >= 0;
        int end = stopped ? first : held.length() - possibleStop();
        String text = held.substring(0, end);
        held.delete(0, stopped ? held.length() : end);
        return text;
    }

    /** Length of the longest end of the held text that begins a stop string. */
    private int possibleStop() {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
                if (stop.startsWith(held.substring(held.length() - length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
