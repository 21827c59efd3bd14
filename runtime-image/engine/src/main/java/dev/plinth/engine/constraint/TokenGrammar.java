package dev.plinth.engine.constraint;

import dev.plinth.engine.tokens.Tokenizer;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A grammar for the tokens of one model. What it finds out about states it keeps for later texts; therefore only one thread at a time
 * may follow texts with it.
 */
public final class TokenGrammar {
    /** A mask takes as many bits as the model has tokens; of large vocabularies fewer are kept, so that they take 4 MiB a grammar. */
    private static final int BITS_KEPT = 1 << 25;

    private static final int MOST_MASKS = 512;

    private final Automaton automaton;
    private final Vocabulary vocabulary;
    private final Tokenizer tokenizer;
    private final Set<Integer> endTokens;
    /** Which tokens can be read in the states of late. */
    private final Map<Integer, BitSet> readable = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, BitSet> eldest) {
            return size() > Math.min(MOST_MASKS, BITS_KEPT / tokenizer.vocabularySize());
        }
    };

    /**
     * @param endTokens may follow a text that is complete
     * @throws ConstraintException if the grammar is too large or refers to itself without end
     */
    public TokenGrammar(Grammar.WithRules grammar, Vocabulary vocabulary, Tokenizer tokenizer, Set<Integer> endTokens)
            throws ConstraintException {
        this.automaton = new Automaton(grammar);
        this.vocabulary = vocabulary;
        this.tokenizer = tokenizer;
        this.endTokens = Set.copyOf(endTokens);
    }

    /** How much of the memory is taken that it may take, 0 to 1. */
    double fullness() {
        return automaton.fullness();
    }

    /** Follows a text from its beginning. */
    public Follower follow() {
        return new Follower();
    }

    /**
     * One text on its way. Its methods throw {@link ConstraintFailedException} if the text cannot go on: the grammar takes too long
     * to follow, or the model's tokens cannot spell what must come.
     */
    public final class Follower {
        private final Allowance allowance = new Allowance();
        private int state = automaton.start();
        private Optional<ConstraintFailedException> failure = Optional.empty();

        /** Finds out now what {@link #allowed} will tell; a failure is told there too. */
        public void prepare() {
            try {
                readable();
            } catch (ConstraintFailedException e) {
                failure = Optional.of(e);
            }
        }

        /** Whether the token may come next. */
        public boolean allows(int token) {
            return endTokens.contains(token) ? complete() : after(token) != Automaton.DEAD;
        }

        /** All tokens that may come next, at least one. */
        public BitSet allowed() {
            if (failure.isPresent()) {
                throw failure.get();
            }
            BitSet allowed = (BitSet) readable().clone();
            if (complete()) {
                endTokens.forEach(allowed::set);
            }
            if (allowed.isEmpty()) {
                throw new ConstraintFailedException(
                        "the model has no token for what must come next within the constraint");
            }
            return allowed;
        }

        /** The token came; it must have been allowed. */
        public void accept(int token) {
            if (!endTokens.contains(token)) {
                state = after(token);
                allowance.grow();
            }
        }

        /** Whether the text is one of the grammar, and nothing can follow. */
        public boolean ended() {
            return complete() && automaton.exhausted(state);
        }

        private BitSet readable() {
            return readable.computeIfAbsent(state, now -> vocabulary.readable(automaton, now, allowance));
        }

        private boolean complete() {
            return automaton.accepting(state);
        }

        private int after(int token) {
            byte[] bytes = tokenizer.isSpecial(token) ? new byte[0] : tokenizer.bytes(token);
            int at = bytes.length == 0 ? Automaton.DEAD : state;
            for (int i = 0; i < bytes.length && at != Automaton.DEAD; i++) {
                at = automaton.next(at, bytes[i], allowance);
            }
            return at;
        }
    }
}
