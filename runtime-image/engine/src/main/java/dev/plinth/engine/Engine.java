package dev.plinth.engine;

/**
 * A back end that computes a model: tokens in, scores of the next token out. All calls come from one thread.
 */
public interface Engine extends AutoCloseable {
    /** Scores are given for token ids 0 to this, exclusive. */
    int vocabularySize();

    /** Longest sequence in tokens, prompt included. */
    int maxSequenceLength();

    /** An empty sequence, with room for its keys and values. */
    Sequence begin();

    @Override
    void close();

    /** One sequence of tokens and what the engine keeps of it. */
    interface Sequence extends AutoCloseable {
        /** Tokens so far. */
        int length();

        /**
         * Appends tokens.
         *
         * @return unnormalised scores (logits) of the token that follows, one a token id
         */
        float[] append(int... tokens);

        @Override
        void close();
    }
}
