package dev.plinth.engine.scheduling;

import dev.plinth.engine.Engine;
import java.util.List;
import java.util.Map;

/**
 * What to compute next.
 *
 * @param saves contents that the step will write over, by their blocks: to be kept, if anywhere, before all else
 * @param copies blocks to copy then; parts read the copies
 * @param restores contents to fetch back after that; no part of the same sequence reads them in this step
 * @param parts what to compute, in an order in which each finds what it needs
 * @param expired sequences that are over their deadline; they are not known to the scheduler any more
 */
public record Step(
        Map<Integer, BlockKey> saves,
        List<Engine.Copy> copies,
        List<Restore> restores,
        List<Part> parts,
        List<Sequence> expired) {
    /** Nothing to do. */
    public static final Step NONE = new Step(Map.of(), List.of(), List.of(), List.of(), List.of());

    /** Whether there is nothing to compute or fetch. */
    public boolean empty() {
        return parts.isEmpty() && restores.isEmpty();
    }

    /**
     * A part of a prompt whose keys and values were computed before.
     *
     * @param position of its first token
     * @param keys of its blocks
     * @param blocks into which they are to be fetched
     */
    public record Restore(Sequence sequence, int position, List<BlockKey> keys, List<Integer> blocks) {
        public Restore {
            keys = List.copyOf(keys);
            blocks = List.copyOf(blocks);
        }
    }

    /**
     * Tokens of one sequence that follow each other.
     *
     * @param position of the first
     * @param blocks the sequence's blocks up to the last
     * @param last whether the sequence is then computed to its end, so that its next token can be chosen
     * @param guess whether it is not known yet that the token will stand there; its scores count if it will
     */
    public record Part(
            Sequence sequence, List<Integer> tokens, int position, List<Integer> blocks, boolean last, boolean guess) {
        public Part {
            tokens = List.copyOf(tokens);
            blocks = List.copyOf(blocks);
        }

        /** Position after the last token. */
        public int end() {
            return position + tokens.size();
        }

        /**
         * The part as a row of the engine's step.
         *
         * @param adapter number of the sequence's adapter, or 0
         */
        public Engine.Row row(int adapter) {
            return new Engine.Row(tokens, position, blocks, last, adapter);
        }
    }
}
