package dev.plinth.engine;

import dev.plinth.engine.adapter.Adapter;
import java.io.IOException;
import java.util.List;

/**
 * A back end that computes a model, many sequences in one step. All calls come from one thread, but where it is said otherwise.
 *
 * <p>Keys and values of past tokens lie in a pool of equal blocks. The engine keeps no sequences: who calls it says with
 * every row in which blocks its past lies and its new tokens go.
 *
 * <p>What a row gives depends on its own tokens and on how they were cut into rows, never on the other rows of the step or on
 * which blocks it was given (in {@link Precision#INT8}, to the bit).
 */
public interface Engine extends AutoCloseable {
    /** Scores are given for token ids 0 to this, exclusive. */
    int vocabularySize();

    /** Longest sequence in tokens, prompt included. */
    int maxSequenceLength();

    /** The pool of keys and values. */
    KvPool pool();

    /**
     * Copies blocks, in order, then computes the new tokens of all rows and writes their keys and values. Rows of one sequence
     * may follow each other: so the scores after each of several tokens are asked for, by the operations of one at a time.
     *
     * @return for each row that {@linkplain Row#scores wants} them, in their order, the scores of the token after its last;
     *     to be read before the next step
     */
    List<Scores> step(List<Copy> copies, List<Row> rows);

    /** The keys and values of a block, in a form of the engine's own; as many bytes for every block. */
    default byte[] read(int block) {
        return new byte[Math.toIntExact(pool().blockBytes())];
    }

    /** Puts into a block what {@link #read} gave of one. */
    default void write(int block, byte[] content) {}

    /**
     * Looks whether an adapter was made for this model. May be called from any thread.
     *
     * @throws IOException if its files cannot be read
     * @throws IllegalArgumentException if it was made for another model, or changes what cannot be changed
     */
    default void checkAdapter(Adapter adapter) throws IOException {
        throw new IllegalArgumentException("this model takes no adapters");
    }

    /**
     * Reads an adapter and makes it ready. May be called from any thread, also while a step is computed.
     *
     * @throws IOException if its files cannot be read
     * @throws IllegalArgumentException as {@link #checkAdapter} does
     * @throws InterruptedException if the thread was interrupted; nothing is left behind
     */
    default PreparedAdapter prepareAdapter(Adapter adapter) throws IOException, InterruptedException {
        checkAdapter(adapter);
        return () -> {};
    }

    /** Puts an adapter under a number, from 1, in place of the one that was there. Takes next to no time. */
    default void putAdapter(int number, PreparedAdapter adapter) {}

    /** An adapter that this engine has made ready. It may be closed once it was put under a number, and must be before the engine is. */
    interface PreparedAdapter extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    void close();

    /**
     * The new tokens of one sequence.
     *
     * @param tokens at least one
     * @param position how many tokens of the sequence stand before them; their keys and values are in the blocks already
     * @param blocks the sequence's blocks in order, enough for the new tokens too; token i of the sequence lies in the
     *     (i / block size)th
     * @param scores whether the scores after the last token are wanted
     * @param adapter number of the adapter that changes the model for it; 0 = none
     */
    record Row(List<Integer> tokens, int position, List<Integer> blocks, boolean scores, int adapter) {
        /** A row of the model as it is. */
        public Row(List<Integer> tokens, int position, List<Integer> blocks, boolean scores) {
            this(tokens, position, blocks, scores, 0);
        }

        /** Tokens of the sequence with the new ones. */
        public int length() {
            return position + tokens.size();
        }
    }

    /** How likely each token is to follow. */
    interface Scores {
        /** The token of the best score. */
        int likeliest();

        /** The unnormalised scores (logits), one a token id; a copy. */
        float[] logits();
    }

    /** A block whose keys and values another shall have too. */
    record Copy(int from, int to) {}

    /**
     * A pool of blocks.
     *
     * @param blocks how many; numbered from 0
     * @param blockTokens tokens a block holds
     * @param bytesPerToken keys and values of one token in all layers
     */
    record KvPool(int blocks, int blockTokens, long bytesPerToken) {
        /** Bytes of one block. */
        public long blockBytes() {
            return blockTokens * bytesPerToken;
        }

        /** Tokens the pool holds. */
        public long tokens() {
            return (long) blocks * blockTokens;
        }
    }
}
