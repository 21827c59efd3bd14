package dev.plinth.engine.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A set of texts. */
public sealed interface Grammar {
    /** This text. */
    record Literal(String text) implements Grammar {}

    /** Characters from one code point to another, both included. */
    record Range(int from, int to) {}

    /** One character of these ranges, which are in order and apart. */
    record Characters(List<Range> ranges) implements Grammar {
        static final int LAST = Character.MAX_CODE_POINT;

        public Characters {
            ranges = merged(ranges);
        }

        /** All others. */
        Characters complement() {
            List<Range> others = new ArrayList<>();
            int next = 0;
            for (Range range : ranges) {
                if (range.from() > next) {
                    others.add(new Range(next, range.from() - 1));
                }
                next = range.to() + 1;
            }
            if (next <= LAST) {
                others.add(new Range(next, LAST));
            }
            return new Characters(others);
        }

        Characters and(Characters other) {
            Characters neither = complement();
            List<Range> all = new ArrayList<>(neither.ranges);
            all.addAll(other.complement().ranges);
            return new Characters(all).complement();
        }

        static Characters of(int... fromsAndTos) {
            List<Range> ranges = new ArrayList<>();
            for (int i = 0; i < fromsAndTos.length; i += 2) {
                ranges.add(new Range(fromsAndTos[i], fromsAndTos[i + 1]));
            }
            return new Characters(ranges);
        }

        private static List<Range> merged(List<Range> ranges) {
            List<Range> merged = new ArrayList<>();
            for (Range range :
                    ranges.stream().sorted(Comparator.comparingInt(Range::from)).toList()) {
                Range last = merged.isEmpty() ? new Range(-2, -2) : merged.getLast();
                if (range.from() <= last.to() + 1) {
                    merged.set(merged.size() - 1, new Range(last.from(), Math.max(last.to(), range.to())));
                } else {
                    merged.add(range);
                }
            }
            return List.copyOf(merged);
        }
    }

    /** One after the other. */
    record Sequence(List<Grammar> parts) implements Grammar {
        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    /** Any one of these. */
    record Choice(List<Grammar> options) implements Grammar {
        public Choice {
            options = List.copyOf(options);
        }
    }

    /**
     * So many times, one after the other.
     *
     * @param most {@link #ANY} = without limit
     */
    record Repeat(Grammar repeated, int least, int most) implements Grammar {
        static final int ANY = Integer.MAX_VALUE;
    }

    /** What a rule of that name says; rules may refer to each other, and to themselves behind at least one character. */
    record Rule(String name) implements Grammar {}

    /** A grammar with the rules that it refers to. */
    record WithRules(Grammar start, Map<String, Grammar> rules) {
        public WithRules {
            rules = Map.copyOf(rules);
        }

        /** The same with a prefix before the rules' names, so that it can stand beside another. */
        public WithRules renamed(String prefix) {
            Map<String, Grammar> renamed = new HashMap<>();
            rules.forEach((name, rule) -> renamed.put(prefix + name, Grammar.renamed(rule, prefix)));
            return new WithRules(Grammar.renamed(start, prefix), renamed);
        }
    }

    private static Grammar renamed(Grammar grammar, String prefix) {
        return switch (grammar) {
            case Rule rule -> new Rule(prefix + rule.name());
            case Sequence sequence ->
                new Sequence(sequence.parts().stream()
                        .map(part -> renamed(part, prefix))
                        .toList());
            case Choice choice ->
                new Choice(choice.options().stream()
                        .map(option -> renamed(option, prefix))
                        .toList());
            case Repeat repeat -> new Repeat(renamed(repeat.repeated(), prefix), repeat.least(), repeat.most());
            case Literal literal -> literal;
            case Characters characters -> characters;
        };
    }

    /** These, one after the other. */
    static Grammar sequence(Grammar... parts) {
        return new Sequence(Arrays.asList(parts));
    }

    static Grammar optional(Grammar one) {
        return new Repeat(one, 0, 1);
    }
}
