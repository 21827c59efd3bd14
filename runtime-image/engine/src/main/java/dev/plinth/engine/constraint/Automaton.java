package dev.plinth.engine.constraint;

import dev.plinth.engine.constraint.Grammar.Characters;
import java.nio.LongBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the bytes of a text and tells whether it can still become one of a grammar. Its states are sets of places in the grammar,
 * each with the places to return to when the rule it is in ends; they are made when they are first reached, as a lazy DFA does
 * (Thompson 1968; Cox 2010, "Regular Expression Matching in the Wild"). What that may cost is bounded: for a text by its {@link
 * Allowance}, for all texts together in memory. Not thread-safe.
 */
final class Automaton {
    /** No text of the grammar begins like this. */
    static final int DEAD = -1;

    private static final int UNKNOWN = -2;
    private static final int BYTES = 256;
    private static final int MOST_NODES = 200_000;
    private static final int MOST_STATES = 20_000;
    private static final int MOST_PLACES = 200_000;
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

    /** Places with the stacks above them, in order. */
    private static final class State {
        private final long[] places;
        private final boolean accepting;
        private final boolean exhausted;
        private Optional<Transitions> transitions = Optional.empty();

        State(long[] places, boolean accepting, boolean exhausted) {
            this.places = places;
            this.accepting = accepting;
            this.exhausted = exhausted;
        }
    }

    /**
     * What the bytes do in a state. Bytes that all places treat alike are one kind: most states know two or three.
     *
     * @param kinds of each byte
     * @param targets where each kind leads, before what is reached from there without reading
     * @param next the states that were made of these
     */
    private record Transitions(int[] kinds, List<List<Long>> targets, int[] next) {}

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Integer> entries = new HashMap<>();
    private final List<Frame> stacks = new ArrayList<>();
    private final Map<Frame, Integer> stackIds = new HashMap<>();
    private final List<State> states = new ArrayList<>();
    private final Map<LongBuffer, Integer> stateIds = new HashMap<>();
    private final int start;
    /** In all states. */
    private int places;

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
        try {
            start = closure(List.of(place(entry, NO_STACK)), new Allowance());
        } catch (ConstraintFailedException e) {
            throw new ConstraintException("the constraint is too large: nest less, or repeat less often");
        }
        if (start == DEAD || exhausted(start)) {
            throw new ConstraintException("the constraint allows no text");
        }
    }

    int start() {
        return start;
    }

    /**
     * The state after another byte, or {@link #DEAD}.
     *
     * @throws ConstraintFailedException if it is not known and to make it takes more than is allowed
     */
    int next(int state, byte read, Allowance allowance) {
        State from = states.get(state);
        Transitions transitions = from.transitions.orElseGet(() -> transitions(from, allowance));
        int kind = transitions.kinds()[Byte.toUnsignedInt(read)];
        if (transitions.next()[kind] == UNKNOWN) {
            transitions.next()[kind] = closure(transitions.targets().get(kind), allowance);
            transitions.targets().set(kind, List.of()); // not needed again
        }
        return transitions.next()[kind];
    }

    private Transitions transitions(State state, Allowance allowance) {
        allowance.spend(state.places.length);
        BitSet borders = new BitSet(BYTES + 1);
        for (long place : state.places) {
            if (nodes.get(node(place)) instanceof Take take) {
                borders.set(take.from());
                borders.set(take.to() + 1);
            }
        }
        int[] kinds = new int[BYTES];
        for (int value = 1; value < BYTES; value++) {
            kinds[value] = kinds[value - 1] + (borders.get(value) ? 1 : 0);
        }
        List<List<Long>> targets = Stream.generate(ArrayList<Long>::new)
                .limit(kinds[BYTES - 1] + 1L)
                .collect(Collectors.toCollection(ArrayList<List<Long>>::new));
        for (long place : state.places) {
            if (nodes.get(node(place)) instanceof Take take) {
                allowance.spend(1 + kinds[take.to()] - kinds[take.from()]);
                for (int kind = kinds[take.from()]; kind <= kinds[take.to()]; kind++) {
                    targets.get(kind).add(place(take.next(), (int) place));
                }
            }
        }
        int[] next = new int[targets.size()];
        Arrays.fill(next, UNKNOWN);
        Transitions made = new Transitions(kinds, targets, next);
        state.transitions = Optional.of(made);
        return made;
    }

    /** Whether what was read is a text of the grammar. */
    boolean accepting(int state) {
        return states.get(state).accepting;
    }

    /** Whether nothing more can be read. */
    boolean exhausted(int state) {
        return states.get(state).exhausted;
    }

    /** How much of the memory is taken that it may take, 0 to 1. */
    double fullness() {
        return Math.max((double) states.size() / MOST_STATES, (double) places / MOST_PLACES);
    }

    /** The state of all places that are reached from these without reading. */
    private int closure(List<Long> entries, Allowance allowance) {
        Set<Long> seen = new HashSet<>();
        Deque<Long> open = new ArrayDeque<>(entries);
        while (!open.isEmpty()) {
            long place = open.pop();
            if (seen.add(place)) {
                allowance.spend(1);
                follow(nodes.get(node(place)), (int) place, open);
            }
        }
        long[] reached = seen.stream()
                .filter(place -> nodes.get(node(place)) instanceof Take || accepts(place))
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        return reached.length == 0 ? DEAD : stateIds.computeIfAbsent(LongBuffer.wrap(reached), absent -> made(reached));
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

    private int made(long[] reached) {
        if (states.size() == MOST_STATES || places + reached.length > MOST_PLACES) {
            throw new ConstraintFailedException("the texts of the constraint have too many states to be kept");
        }
        places += reached.length;
        boolean accepting = Arrays.stream(reached).anyMatch(this::accepts);
        boolean exhausted = Arrays.stream(reached).noneMatch(place -> nodes.get(node(place)) instanceof Take);
        states.add(new State(reached, accepting, exhausted));
        return states.size() - 1;
    }

    private static int node(long place) {
        return (int) (place >>> 32);
    }

    private static long place(int node, int stack) {
        return (long) node << 32 | Integer.toUnsignedLong(stack);
    }

    private boolean accepts(long place) {
        return nodes.get(node(place)) instanceof End && (int) place == NO_STACK;
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
