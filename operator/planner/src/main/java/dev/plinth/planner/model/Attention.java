package dev.plinth.planner.model;

import java.util.List;

/** How tokens look at each other. */
public sealed interface Attention {
    int heads();

    /** Key and value heads that tensor parallelism can divide without keeping copies. */
    int keyValueHeads();

    List<Matrix> matrices(int hidden);

    /** Parameters that are vectors: norms inside the attention, sinks. */
    long vectors();

    /** Elements that one token leaves in the key-value cache of one layer. */
    long cachedPerToken();

    /** Length of one query or key. */
    int keySize();

    int valueSize();

    /** Multiplications and additions of one token that looks at {@code context} tokens: scores, then weighted sum. */
    default long forwardFlopsPerToken(long context) {
        return 2 * context * heads() * (keySize() + valueSize());
    }

    /**
     * Several query heads share one key and one value head (2305.13245); as many of each is classic multi-head attention.
     *
     * @param inputBias bias of query, key and value
     * @param outputBias bias of the output projection
     * @param normalised queries and keys pass a norm of one head's size each
     * @param sinks one learned number a head that takes attention nobody wants
     */
    record GroupedQuery(
            int heads,
            int keyValueHeads,
            int headSize,
            boolean inputBias,
            boolean outputBias,
            boolean normalised,
            boolean sinks)
            implements Attention {
        public static GroupedQuery of(int heads, int keyValueHeads, int headSize) {
            return new GroupedQuery(heads, keyValueHeads, headSize, false, false, false, false);
        }

        @Override
        public List<Matrix> matrices(int hidden) {
            return List.of(
                    Matrix.columns("query", hidden, (long) heads * headSize, inputBias),
                    Matrix.columns("key", hidden, (long) keyValueHeads * headSize, inputBias),
                    Matrix.columns("value", hidden, (long) keyValueHeads * headSize, inputBias),
                    Matrix.rows("output", (long) heads * headSize, hidden, outputBias));
        }

        @Override
        public long vectors() {
            return (normalised ? 2L * headSize : 0) + (sinks ? heads : 0);
        }

        @Override
        public long cachedPerToken() {
            return 2L * keyValueHeads * headSize;
        }

        @Override
        public int keySize() {
            return headSize;
        }

        @Override
        public int valueSize() {
            return headSize;
        }
    }

    /**
     * Multi-head latent attention (2405.04434): keys and values are made from one short latent vector, which is all the cache
     * keeps.
     *
     * @param queryRank length of the latent query; 0 if queries are made directly
     * @param latentRank length of the latent of keys and values
     * @param plainSize part of a key without position
     * @param rotarySize part of a key with position, shared by all heads
     */
    record Latent(int heads, int queryRank, int latentRank, int plainSize, int rotarySize, int valueSize)
            implements Attention {
        @Override
        public int keyValueHeads() {
            return heads;
        }

        @Override
        public List<Matrix> matrices(int hidden) {
            var queries = (long) heads * keySize();
            var down = Matrix.whole("latent", hidden, latentRank + rotarySize, false);
            var up = Matrix.columns("keyValue", latentRank, (long) heads * (plainSize + valueSize), false);
            var output = Matrix.rows("output", (long) heads * valueSize, hidden, false);
            return queryRank == 0
                    ? List.of(Matrix.columns("query", hidden, queries, false), down, up, output)
                    : List.of(
                            Matrix.whole("latentQuery", hidden, queryRank, false),
                            Matrix.columns("query", queryRank, queries, false),
                            down,
                            up,
                            output);
        }

        @Override
        public long vectors() {
            return (long) queryRank + latentRank;
        }

        @Override
        public long cachedPerToken() {
            return (long) latentRank + rotarySize;
        }

        @Override
        public int keySize() {
            return plainSize + rotarySize;
        }
    }
}
