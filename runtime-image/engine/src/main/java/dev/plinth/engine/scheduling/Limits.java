package dev.plinth.engine.scheduling;

/**
 * What a scheduler may do.
 *
 * @param running sequences that are computed side by side
 * @param waiting sequences in the queue beyond them
 * @param stepTokens most prompt tokens of a step
 * @param stepTokensBesideDecoding most prompt tokens of a step in which a sequence awaits its next token, until it is known how long
 *     steps take
 * @param slowdown then, so many times what the step would take without prompts it may take with them, or what one of eight rows would
 *     take, if that is more; the least part of a prompt may take longer
 * @param speculativeRows guesses are added to a step until it has so many rows of one token; 0 = nothing is guessed
 */
public record Limits(
        int running, int waiting, int stepTokens, int stepTokensBesideDecoding, double slowdown, int speculativeRows) {
    /** Beginnings of prompts are shared in pieces of this many tokens. A multiple of the block size. */
    public static final int CHUNK_TOKENS = 32;

    private static final int PART_TOKENS = 8;
    private static final double TWICE = 2;

    public Limits {
        if (running < 1 || waiting < 0) {
            throw new IllegalArgumentException(
                    "at least one sequence must be able to run, and the queue cannot be less than"
                            + " empty: running %d, waiting %d".formatted(running, waiting));
        }
        if (stepTokensBesideDecoding < CHUNK_TOKENS || stepTokens < stepTokensBesideDecoding) {
            throw new IllegalArgumentException("a step must hold at least one part of a prompt (%d tokens): %d, %d"
                    .formatted(CHUNK_TOKENS, stepTokens, stepTokensBesideDecoding));
        }
        if (!(slowdown > 1)) {
            throw new IllegalArgumentException(
                    "a step with a part of a prompt takes longer than one without: slowdown " + slowdown);
        }
    }

    /** Limits with usual step sizes. On a CPU eight rows of one token take less than twice the time of one. */
    public static Limits of(int running, int waiting) {
        return new Limits(running, waiting, 8 * CHUNK_TOKENS, CHUNK_TOKENS, TWICE, 8);
    }

    /**
     * Where the part of a prompt that begins at a position ends. Parts end at the same places whatever the load, so the same prompt is
     * always computed by the same operations and gives the same bits. They are as short as can be without loss: each reads all keys and
     * values before it from memory, which takes longer than to compute with them if there are fewer tokens to use them.
     */
    static int partEnd(int from) {
        return (from / PART_TOKENS + 1) * PART_TOKENS;
    }

    /** The same with other steps beside prompts. */
    public Limits withSlowdown(double times) {
        return new Limits(running, waiting, stepTokens, stepTokensBesideDecoding, times, speculativeRows);
    }

    /** The same without guesses. */
    public Limits withoutSpeculation() {
        return new Limits(running, waiting, stepTokens, stepTokensBesideDecoding, slowdown, 0);
    }
}
