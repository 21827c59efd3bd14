package dev.plinth.engine.simulation;

import dev.plinth.engine.Engine;
import dev.plinth.engine.tokens.ByteTokenizer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Takes the time a step is said to take and gives letters. The next token depends on the last one and its place alone, so a text is
 * the same in any company, as with weights; it says nothing of what a model would answer. Tokens are bytes.
 */
public final class SimulatedEngine implements Engine {
    /** Ends a text. */
    public static final int END = 0;

    private static final int BLOCK_TOKENS = 16;
    private static final String LETTERS = "etaoinshrdlu etaoin ";
    /** So far ahead of all others that a draw practically always gives it. */
    private static final float CERTAIN = 50;

    private final Simulation simulation;
    private final KvPool pool;
    private final int maxSequenceLength;
    private final Consumer<Duration> spend;

    /**
     * @param maxSequenceLength a limit below the simulation's, in tokens
     * @param cacheTokens tokens whose keys and values are kept
     * @param spend lets time pass
     */
    public SimulatedEngine(Simulation simulation, int maxSequenceLength, int cacheTokens, Consumer<Duration> spend) {
        this.simulation = simulation;
        this.maxSequenceLength = Math.min(maxSequenceLength, simulation.maxSequenceLength());
        this.pool =
                new KvPool(Math.ceilDiv(Math.max(cacheTokens, this.maxSequenceLength), BLOCK_TOKENS), BLOCK_TOKENS, 1);
        this.spend = spend;
    }

    /** Lets real time pass. */
    public static void sleep(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public int vocabularySize() {
        return new ByteTokenizer().vocabularySize();
    }

    @Override
    public int maxSequenceLength() {
        return maxSequenceLength;
    }

    @Override
    public KvPool pool() {
        return pool;
    }

    @Override
    public List<Scores> step(List<Copy> copies, List<Row> rows) {
        long prompt = 0;
        long answers = 0;
        long seen = 0;
        for (Row row : rows) {
            if (row.tokens().size() == 1 && row.scores()) {
                answers++;
                seen += row.length();
            } else {
                prompt += row.tokens().size();
            }
        }
        spend.accept(simulation.time(prompt, answers, seen));
        return rows.stream()
                .filter(Row::scores)
                .<Scores>map(row -> new Certainty(next(row.tokens().getLast(), row.length())))
                .toList();
    }

    private int next(int last, int place) {
        int hash = mixed(31 * place + last);
        boolean end = Integer.remainderUnsigned(hash, simulation.meanAnswerTokens()) == 0;
        return end ? END : LETTERS.charAt(Integer.remainderUnsigned(mixed(hash + 1), LETTERS.length()));
    }

    /** Spreads neighbouring numbers: the finaliser of MurmurHash3. */
    private static int mixed(int number) {
        int hash = number;
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return hash ^ hash >>> 16;
    }

    private record Certainty(int likeliest) implements Scores {
        @Override
        public float[] logits() {
            float[] logits = new float[new ByteTokenizer().vocabularySize()];
            logits[likeliest] = CERTAIN;
            return logits;
        }
    }

    @Override
    public void close() {}
}
