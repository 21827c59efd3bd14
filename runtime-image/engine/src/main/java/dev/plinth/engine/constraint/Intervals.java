package dev.plinth.engine.constraint;

import dev.plinth.engine.constraint.Grammar.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All sequences between two of the same length, in the order of their first element that differs. */
final class Intervals {
    private final int least;
    private final int most;
    private final List<List<Range>> found = new ArrayList<>();

    private Intervals(int least, int most) {
        this.least = least;
        this.most = most;
    }

    /**
     * Lists of ranges, one range an element, such that every sequence between is in exactly one of them and no other is in any.
     *
     * @param least,most elements behind the first are from the one to the other
     */
    static List<List<Range>> between(int[] from, int[] to, int least, int most) {
        Intervals intervals = new Intervals(least, most);
        intervals.split(from, to, 0, List.of());
        return intervals.found;
    }

    /** From and to agree before {@code at}; {@code before} holds that part. */
    private void split(int[] from, int[] to, int at, List<Range> before) {
        if (at == from.length - 1) {
            found.add(with(before, new Range(from[at], to[at])));
            return;
        }
        if (from[at] == to[at]) {
            split(from, to, at + 1, with(before, new Range(from[at], from[at])));
            return;
        }
        int first = from[at];
        int last = to[at];
        if (!rest(from, at + 1, least)) {
            split(from, filled(from, at + 1, most), at, before);
            first++;
        }
        if (!rest(to, at + 1, most)) {
            last--;
        }
        if (first <= last) {
            List<Range> whole = with(before, new Range(first, last));
            for (int i = at + 1; i < from.length; i++) {
                whole = with(whole, new Range(least, most));
            }
            found.add(whole);
        }
        if (last < to[at]) {
            split(filled(to, at + 1, least), to, at, before);
        }
    }

    private static boolean rest(int[] sequence, int from, int value) {
        return Arrays.stream(sequence, from, sequence.length).allMatch(element -> element == value);
    }

    private static int[] filled(int[] sequence, int from, int value) {
        int[] filled = sequence.clone();
        Arrays.fill(filled, from, filled.length, value);
        return filled;
    }

    private static List<Range> with(List<Range> before, Range next) {
        List<Range> all = new ArrayList<>(before);
        all.add(next);
        return all;
    }
}
