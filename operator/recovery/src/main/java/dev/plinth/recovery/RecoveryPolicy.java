package dev.plinth.recovery;

import java.time.Duration;

/**
 * How patient recovery is.
 *
 * @param maxRestarts how many times members may fail by themselves (exit code, hang); lost nodes and deleted pods do not count
 * @param silence after which a member that reported before is suspect
 * @param equalFailures failures in a row with the same exit code at the same step that count as a crash loop
 * @param strikes failures of members on one node that make it a lemon
 * @param strikeMemory how long a strike counts
 * @param firstBackoff wait before the second restart in a row without progress; doubles each time
 * @param longestBackoff where the doubling stops
 */
public record RecoveryPolicy(
        int maxRestarts,
        Duration silence,
        int equalFailures,
        int strikes,
        Duration strikeMemory,
        Duration firstBackoff,
        Duration longestBackoff) {
    public static RecoveryPolicy of(int maxRestarts, Duration silence) {
        return new RecoveryPolicy(
                maxRestarts, silence, 3, 3, Duration.ofHours(24), Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    /** Silence after which a member counts as hung although its node is well. */
    Duration hung() {
        return silence.multipliedBy(3);
    }
}
