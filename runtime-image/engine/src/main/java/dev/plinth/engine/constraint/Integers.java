package dev.plinth.engine.constraint;

import dev.plinth.engine.constraint.Grammar.Characters;
import dev.plinth.engine.constraint.Grammar.Range;
import java.util.ArrayList;
import java.util.List;

/** Whole numbers within bounds, as texts without leading zeros. */
final class Integers {
    /** Stand for "no bound"; numbers get no more digits than these have. */
    static final long LEAST = -999_999_999_999_999_999L;

    static final long MOST = 999_999_999_999_999_999L;

    private Integers() {}

    /** From one to another, both included. @throws ConstraintException if there is none */
    static Grammar between(long least, long most) throws ConstraintException {
        if (least > most || most < LEAST || least > MOST) {
            throw new ConstraintException("no whole number is from %d to %d".formatted(least, most));
        }
        List<Grammar> options = new ArrayList<>();
        if (least < 0) {
            Grammar positive = natural(Math.max(1, -most), Math.min(MOST, -Math.max(least, LEAST)));
            options.add(Grammar.sequence(new Grammar.Literal("-"), positive));
        }
        if (most >= 0) {
            options.add(natural(Math.max(0, least), Math.min(most, MOST)));
        }
        return new Grammar.Choice(options);
    }

    private static Grammar natural(long least, long most) {
        List<Grammar> options = new ArrayList<>();
        for (long from = least; from <= most; ) {
            int digits = Long.toString(from).length();
            long to = Math.min(most, digits == 18 ? MOST : (long) Math.pow(10, digits) - 1);
            for (List<Range> ranges : Intervals.between(digits(from), digits(to), '0', '9')) {
                options.add(new Grammar.Sequence(ranges.stream()
                        .<Grammar>map(range -> new Characters(List.of(range)))
                        .toList()));
            }
            from = to + 1;
        }
        return new Grammar.Choice(options);
    }

    private static int[] digits(long number) {
        return Long.toString(number).chars().toArray();
    }
}
