package dev.plinth.engine.constraint;

import dev.plinth.engine.constraint.Grammar.Characters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the bytes of a text and tells whether it can still become one of a grammar. Its states are sets of places in the grammar,
 * each with the places to return to when the rule it is in ends; they are made when they are first reached. Not thread-safe.
 */
final class Automaton {
    /** No text of the grammar begins like this. */
    static final int DEAD = -1;

    private static final int UNKNOWN = -2;
    private static final int MOST_NODES = 200_000;
    private static final int MOST_STATES = 20_000;
    private static final int NO_STACK = -1;

    /** A place in the grammar. */
    private sealed interface Node {}

    /** Takes a byte in a range. */
    private record Take(int from, int to, int next) implements Node {}

    /** Goes on at each of several places. */
    private record Split(int[] next) implements Node {}

    /** Goes through a rule, then on. */
    private record Call(String rule, int next) implements Node {}

    /** The end of a rule, or of the whole. */
    private record End() implements Node {}

    private record Frame(int next, int below) {}

    /** A place and the stack above it; what the keys of a state consist of. */
    private record State(List<Long> places, boolean accepting, int[] next) {}

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Integer> entries = new HashMap<>();
    private final List<Frame> stacks = new ArrayList<>();
    private final Map<Frame, Integer> stackIds = new HashMap<>();
    private final List<State> states = new ArrayList<>();
    private final Map<List<Long>, Integer> stateIds = new HashMap<>();
    private final int start;

    /** @throws ConstraintException if the grammar is too large, or a rule refers to itself without end */
    Automaton(Grammar.WithRules grammar) throws ConstraintException {
        int end = add(new End());
        for (Map.Entry<String, Grammar> rule : grammar.rules().entrySet()) {
            entries.put(rule.getKey(), compile(rule.getValue(), end));
        }
        int entry = compile(grammar.start(), end);
        for (String rule : entries.keySet()) {
            requireProgress(rule, new HashSet<>());
        }
        Closure first = new Closure();
        first.add(entry, NO_STACK);
        start = first.state();
        if (start == DEAD || exhausted(start)) {
            throw new ConstraintException("the constraint allows no text");
        }
    }

    int start() {
        return start;
    }

    /** The state after another byte, or {@link #DEAD}. */
    int next(int state, byte read) {
        int[] next = states.get(state).next();
        int value = Byte.toUnsignedInt(read);
        if (next[value] == UNKNOWN) {
            Closure closure = new Closure();
            for (long place : states.get(state).places()) {
                if (nodes.get((int) (place >>> 32)) instanceof Take take
                        && value >= take.from()
                        && value <= take.to()) {
                    closure.add(take.next(), (int) place);
                }
            }
            next[value] = closure.state();
        }
        return next[value];
    }

    /** Whether what was read is a text of the grammar. */
    boolean accepting(int state) {
        return states.get(state).accepting();
    }

    /** Whether nothing more can be read. */
    boolean exhausted(int state) {
        return states.get(state).places().stream().noneMatch(place -> nodes.get((int) (place >>> 32)) instanceof Take);
    }

    /** States made so far. */
    int size() {
        return states.size();
    }

    /** All places that are reached without reading. */
    private final class Closure {
        private final Set<Long> seen = new HashSet<>();

        void add(int node, int stack) {
            Deque<Long> open = new ArrayDeque<>(List.of(place(node, stack)));
            while (!open.isEmpty()) {
                long place = open.pop();
                if (seen.add(place)) {
                    follow(nodes.get((int) (place >>> 32)), (int) place, open);
                }
            }
        }

        private void follow(Node node, int stack, Deque<Long> open) {
            switch (node) {
                case Take take -> {}
                case Split split -> {
                    for (int next : split.next()) {
                        open.push(place(next, stack));
                    }
                }
                case Call call -> open.push(place(entry(call.rule()), push(call.next(), stack)));
                case End end -> {
                    if (stack != NO_STACK) {
                        Frame frame = stacks.get(stack);
                        open.push(place(frame.next(), frame.below()));
                    }
                }
            }
        }

        int state() {
            List<Long> places = seen.stream()
                    .filter(place -> nodes.get((int) (place >>> 32)) instanceof Take || accepts(place))
                    .sorted()
                    .toList();
            if (places.isEmpty()) {
                return DEAD;
            }
            return stateIds.computeIfAbsent(places, absent -> {
                if (states.size() == MOST_STATES) {
                    throw new IllegalStateException("a constrained text has more than " + MOST_STATES + " states");
                }
                int[] next = new int[256];
                Arrays.fill(next, UNKNOWN);
                states.add(new State(places, places.stream().anyMatch(Automaton.this::accepts), next));
                return states.size() - 1;
            });
        }
    }

    private static long place(int node, int stack) {
        return (long) node << 32 | Integer.toUnsignedLong(stack);
    }

    private boolean accepts(long place) {
        return nodes.get((int) (place >>> 32)) instanceof End && (int) place == NO_STACK;
    }

    private int push(int next, int stack) {
        return stackIds.computeIfAbsent(new Frame(next, stack), frame -> {
            stacks.add(frame);
            return stacks.size() - 1;
        });
    }

    private int entry(String rule) {
        Integer entry = entries.get(rule);
        if (entry == null) {
            throw new IllegalStateException("no rule " + rule);
        }
        return entry;
    }

    /** A rule that comes back to itself before a byte was read would be gone through forever. */
    private void requireProgress(String rule, Set<String> within) throws ConstraintException {
        if (!within.add(rule)) {
            throw new ConstraintException("the definition \"" + rule + "\" refers to itself without end");
        }
        Set<Integer> seen = new HashSet<>();
        List<Integer> open = new ArrayList<>(List.of(entry(rule)));
        while (!open.isEmpty()) {
            int at = open.removeLast();
            if (seen.add(at)) {
                switch (nodes.get(at)) {
                    case Split split -> Arrays.stream(split.next()).forEach(open::add);
                    case Call call -> requireProgress(call.rule(), within);
                    case Take take -> {}
                    case End end -> {}
                }
            }
        }
        within.remove(rule);
    }

    private int add(Node node) throws ConstraintException {
        if (nodes.size() == MOST_NODES) {
            throw new ConstraintException("the constraint is too large: repeat less often");
        }
        nodes.add(node);
        return nodes.size() - 1;
    }

    /** The place from which what the grammar says leads to {@code next}. */
    private int compile(Grammar grammar, int next) throws ConstraintException {
        switch (grammar) {
            case Grammar.Literal literal -> {
                int at = next;
                byte[] bytes = literal.text().getBytes(java.nio.charset.StandardCharsets.UTF_8);
                for (int i = bytes.length - 1; i >= 0; i--) {
                    int value = Byte.toUnsignedInt(bytes[i]);
                    at = add(new Take(value, value, at));
                }
                return at;
            }
            case Characters characters -> {
                List<Integer> options = new ArrayList<>();
                for (Grammar.Range range : characters.ranges()) {
                    for (List<Grammar.Range> bytes : Utf8.bytes(range)) {
                        int at = next;
                        for (Grammar.Range one : bytes.reversed()) {
                            at = add(new Take(one.from(), one.to(), at));
                        }
                        options.add(at);
                    }
                }
                return split(options);
            }
            case Grammar.Sequence sequence -> {
                int at = next;
                for (Grammar part : sequence.parts().reversed()) {
                    at = compile(part, at);
                }
                return at;
            }
            case Grammar.Choice choice -> {
                List<Integer> options = new ArrayList<>();
                for (Grammar option : choice.options()) {
                    options.add(compile(option, next));
                }
                return split(options);
            }
            case Grammar.Repeat repeat -> {
                return repeat(repeat, next);
            }
            case Grammar.Rule rule -> {
                return add(new Call(rule.name(), next));
            }
        }
    }

    private int repeat(Grammar.Repeat repeat, int next) throws ConstraintException {
        int at = next;
        if (repeat.most() == Grammar.Repeat.ANY) {
            int loop = add(new Split(new int[] {next}));
            int body = compile(repeat.repeated(), loop);
            nodes.set(loop, new Split(new int[] {body, next}));
            at = loop;
        } else {
            for (int i = repeat.least(); i < repeat.most(); i++) {
                at = split(List.of(compile(repeat.repeated(), at), next));
            }
        }
        for (int i = 0; i < repeat.least(); i++) {
            at = compile(repeat.repeated(), at);
        }
        return at;
    }

    private int split(List<Integer> options) throws ConstraintException {
        return options.size() == 1
                ? options.getFirst()
                : add(new Split(options.stream().mapToInt(Integer::intValue).toArray()));
    }
}
