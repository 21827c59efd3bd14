package dev.plinth.engine.constraint;

import dev.plinth.engine.constraint.Grammar.Range;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Ranges of characters as sequences of ranges of bytes. */
final class Utf8 {
    /** The last character of each length in bytes. */
    private static final int[] LAST = {0x7F, 0x7FF, 0xFFFF, Character.MAX_CODE_POINT};

    private static final int FIRST_SURROGATE = 0xD800;
    private static final int LAST_SURROGATE = 0xDFFF;

    private Utf8() {}

    /** Every character of the range is one of these sequences, and none other is. Surrogates are left out: they have no bytes. */
    static List<List<Range>> bytes(Range range) {
        List<List<Range>> sequences = new ArrayList<>();
        if (range.from() <= LAST_SURROGATE && range.to() >= FIRST_SURROGATE) {
            if (range.from() < FIRST_SURROGATE) {
                sequences.addAll(bytes(new Range(range.from(), FIRST_SURROGATE - 1)));
            }
            if (range.to() > LAST_SURROGATE) {
                sequences.addAll(bytes(new Range(LAST_SURROGATE + 1, range.to())));
            }
            return sequences;
        }
        int from = range.from();
        for (int last : LAST) {
            if (from <= last && from <= range.to()) {
                int to = Math.min(last, range.to());
                sequences.addAll(Intervals.between(encode(from), encode(to), 0x80, 0xBF));
                from = to + 1;
            }
        }
        return sequences;
    }

    private static int[] encode(int character) {
        byte[] bytes = Character.toString(character).getBytes(StandardCharsets.UTF_8);
        int[] unsigned = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            unsigned[i] = Byte.toUnsignedInt(bytes[i]);
        }
        return unsigned;
    }
}
