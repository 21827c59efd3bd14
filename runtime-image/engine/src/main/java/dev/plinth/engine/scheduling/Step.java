package dev.plinth.engine.scheduling;

import dev.plinth.engine.Engine;
import java.util.List;

/**
 * What to compute next.
 *
 * @param copies blocks to copy before; parts read the copies
 * @param parts what to compute, in an order in which each finds what it needs
 * @param expired sequences that are over their deadline; they are not known to the scheduler any more
 */
public record Step(List<Engine.Copy> copies, List<Part> parts, List<Sequence> expired) {
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
