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
                split(encode(from), encode(to), 0, List.of(), sequences);
                from = to + 1;
            }
        }
        return sequences;
    }

    /** Sequences from one to another of the same length, whose first {@code at} bytes are equal and in {@code before}. */
    private static void split(int[] from, int[] to, int at, List<Range> before, List<List<Range>> sequences) {
        if (at == from.length - 1) {
            sequences.add(with(before, new Range(from[at], to[at])));
            return;
        }
        if (from[at] == to[at]) {
            split(from, to, at + 1, with(before, new Range(from[at], from[at])), sequences);
            return;
        }
        int first = from[at];
        int last = to[at];
        if (!rest(from, at + 1, 0x80)) {
            split(from, filled(from, at + 1, 0xBF), at, before, sequences);
            first++;
        }
        if (!rest(to, at + 1, 0xBF)) {
            last--;
        }
        if (first <= last) {
            List<Range> whole = with(before, new Range(first, last));
            for (int i = at + 1; i < from.length; i++) {
                whole = with(whole, new Range(0x80, 0xBF));
            }
            sequences.add(whole);
        }
        if (last < to[at]) {
            split(filled(to, at + 1, 0x80), to, at, before, sequences);
        }
    }

    private static boolean rest(int[] bytes, int from, int value) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] != value) {
                return false;
            }
        }
        return true;
    }

    private static int[] filled(int[] bytes, int from, int value) {
        int[] filled = bytes.clone();
        java.util.Arrays.fill(filled, from, filled.length, value);
        return filled;
    }

    private static List<Range> with(List<Range> before, Range next) {
        List<Range> all = new ArrayList<>(before);
        all.add(next);
        return all;
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
