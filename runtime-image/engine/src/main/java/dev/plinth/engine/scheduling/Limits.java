package dev.plinth.engine.scheduling;

/**
 * What a scheduler may do.
 *
 * @param running sequences that are computed side by side
 * @param waiting sequences in the queue beyond them
 * @param stepTokens most prompt tokens of a step in which no sequence awaits its next token
 * @param stepTokensBesideDecoding most prompt tokens of a step in which one does: it waits that much longer
 * @param speculativeRows guesses are added to a step until it has so many rows of one token; 0 = nothing is guessed
 */
public record Limits(int running, int waiting, int stepTokens, int stepTokensBesideDecoding, int speculativeRows) {
    /**
     * Prompts are computed in parts that begin at multiples of this many tokens, whatever the load; so the same prompt is always
     * computed by the same operations, and gives the same bits. A multiple of the block size.
     */
    public static final int CHUNK_TOKENS = 32;

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
    }

    /** Limits with usual step sizes. On a CPU eight rows of one token take less than twice the time of one. */
    public static Limits of(int running, int waiting) {
        return new Limits(running, waiting, 8 * CHUNK_TOKENS, CHUNK_TOKENS, 8);
    }

    /** The same without guesses. */
    public Limits withoutSpeculation() {
        return new Limits(running, waiting, stepTokens, stepTokensBesideDecoding, 0);
    }
}
