package dev.plinth.recovery;

import java.time.Duration;

/**
 * How patient recovery is.
 *
 * @param maxRestarts how many times members may fail by themselves (exit code, hang, a pod that no node takes); lost nodes and deleted pods do not count
 * @param silence after which a member that reported before is suspect
 * @param equalFailures failures in a row with the same exit code at the same step that count as a crash loop
 * @param loopWindow failures of members that report no step count as a row if they are at most so far apart
 * @param strikes failures on one node that make it a lemon
 * @param strikeMemory how long a strike counts
 * @param firstBackoff least time from one failure to the restart after the next, without progress between; doubles each time
 * @param longestBackoff where the doubling stops
 */
public record RecoveryPolicy(
        int maxRestarts,
        Duration silence,
        int equalFailures,
        Duration loopWindow,
        int strikes,
        Duration strikeMemory,
        Duration firstBackoff,
        Duration longestBackoff) {
    private static final int SILENCES_UNTIL_HUNG = 3;

    /** For work that ends: a training job. */
    public static RecoveryPolicy of(int maxRestarts, Duration silence) {
        return new RecoveryPolicy(
                maxRestarts,
                silence,
                3,
                Duration.ofMinutes(10),
                3,
                Duration.ofHours(24),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1));
    }

    /** For work without an end: a server is restarted for ever, but not fast. */
    public static RecoveryPolicy endless(Duration silence) {
        var finite = of(Integer.MAX_VALUE, silence);
        return new RecoveryPolicy(
                Integer.MAX_VALUE,
                silence,
                Integer.MAX_VALUE,
                finite.loopWindow,
                finite.strikes,
                finite.strikeMemory,
                finite.firstBackoff,
                finite.longestBackoff);
    }

    /** Silence after which a member counts as hung although its node is well and its peers do not complain. */
    Duration hung() {
        return silence.multipliedBy(SILENCES_UNTIL_HUNG);
    }

    /** Least time from the last failure to the next restart, when so many in a row brought no progress. */
    Duration backoff(int failures) {
        if (failures == 0) {
            return Duration.ZERO;
        }
        var backoff = firstBackoff.multipliedBy(1L << Math.min(failures - 1, 20));
        return backoff.compareTo(longestBackoff) > 0 ? longestBackoff : backoff;
    }
}
