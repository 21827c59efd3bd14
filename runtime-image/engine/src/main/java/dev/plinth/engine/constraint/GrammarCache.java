package dev.plinth.engine.constraint;

import dev.plinth.engine.LanguageModel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Grammars of late, made ready for a model: services ask for the same few over and over. Thread-safe. */
public final class GrammarCache {
    private static final int KEPT = 32;
    /** One that has found out so much is made anew, so that memory is bounded. */
    private static final double FULL = 0.5;

    private final LanguageModel model;
    private final Map<String, TokenGrammar> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TokenGrammar> eldest) {
            return size() > KEPT;
        }
    };
    private Optional<Vocabulary> vocabulary = Optional.empty();

    /** Makes a grammar. */
    @FunctionalInterface
    public interface Maker {
        Grammar.WithRules make() throws ConstraintException;
    }

    public GrammarCache(LanguageModel model) {
        this.model = model;
    }

    /**
     * The grammar of a key, made if it is not there.
     *
     * @throws ConstraintException if it cannot be made
     */
    public synchronized TokenGrammar get(String key, Maker maker) throws ConstraintException {
        TokenGrammar found = kept.get(key);
        if (found == null || found.fullness() > FULL) {
            found = new TokenGrammar(maker.make(), vocabulary(), model.tokenizer(), model.endTokens());
            kept.put(key, found);
        }
        return found;
    }

    private Vocabulary vocabulary() {
        Vocabulary made = vocabulary.orElseGet(
                () -> new Vocabulary(model.tokenizer(), model.engine().vocabularySize()));
        vocabulary = Optional.of(made);
        return made;
    }
}
