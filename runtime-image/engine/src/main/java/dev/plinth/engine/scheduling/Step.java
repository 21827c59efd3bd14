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
     * @param end position after the last
     * @param blocks the sequence's blocks up to {@code end}
     * @param last whether the sequence is then computed to its end, so that its next token can be chosen
     */
    public record Part(Sequence sequence, int position, int end, List<Integer> blocks, boolean last) {
        /** The part as a row of the engine's step. */
        public Engine.Row row() {
            return new Engine.Row(sequence.tokens().subList(position, end), position, blocks, last);
        }
    }
}
