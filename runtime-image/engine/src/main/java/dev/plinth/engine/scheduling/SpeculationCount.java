package dev.plinth.engine.scheduling;

import java.util.List;

/**
 * How guessing has gone since the start.
 *
 * @param drafts times that a sequence was guessed at
 * @param guesses tokens guessed
 * @param right of these, how many were right as the first of their draft, as the second, and so on
 */
public record SpeculationCount(long drafts, long guesses, List<Long> right) {
    public SpeculationCount {
        right = List.copyOf(right);
    }

    /** All that were right. */
    public long allRight() {
        return right.stream().mapToLong(Long::longValue).sum();
    }
}
