package dev.plinth.trainer.data;

/**
 * Which sequences make up the batch of each step. A batch is a pure function of seed and step, whatever the number of
 * ranks: a resumed run needs only the step, and any number of ranks trains on the same data. Each sequence is a window of
 * the text at an offset drawn uniformly.
 */
public final class Batches {
    private final int[] tokens;
    private final long seed;
    private final int batchSize;
    private final int sequenceLength;

    /**
     * @param tokens the text; longer than a sequence
     * @param batchSize sequences per step over all ranks
     */
    public Batches(int[] tokens, long seed, int batchSize, int sequenceLength) {
        this.tokens = tokens;
        this.seed = seed;
        this.batchSize = batchSize;
        this.sequenceLength = sequenceLength;
    }

    /**
     * Sequences of {@code sequenceLength + 1} tokens (the last is only predicted), one after another.
     *
     * @param inputs [count, sequenceLength]
     * @param targets the same shifted by one
     */
    public record Batch(long[] inputs, long[] targets, int count) {}

    /**
     * The contiguous share of {@code rank} in the batch of {@code step} (from 0). Shares differ by at most one sequence.
     */
    public Batch share(int step, int rank, int ranks) {
        int from = (int) ((long) batchSize * rank / ranks);
        int to = (int) ((long) batchSize * (rank + 1) / ranks);
        long[] inputs = new long[(to - from) * sequenceLength];
        long[] targets = new long[inputs.length];
        for (int sequence = from; sequence < to; sequence++) {
            int offset = offset((long) step * batchSize + sequence);
            for (int i = 0; i < sequenceLength; i++) {
                int at = (sequence - from) * sequenceLength + i;
                inputs[at] = tokens[offset + i];
                targets[at] = tokens[offset + i + 1];
            }
        }
        return new Batch(inputs, targets, to - from);
    }

    private int offset(long sequence) {
        return (int) Long.remainderUnsigned(mix(seed, sequence), tokens.length - sequenceLength);
    }

    /** Number {@code index} of the SplitMix64 generator (Steele, Lea and Flood, 2014) that starts at {@code seed}. */
    static long mix(long seed, long index) {
        long z = seed + (index + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
