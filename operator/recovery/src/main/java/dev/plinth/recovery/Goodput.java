package dev.plinth.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What faults took from a run: time without training, and steps done twice.
 *
 * @param total since training began
 * @param down from each last sign of life until training had resumed
 * @param redone time of the steps that were lost and done again
 */
public record Goodput(Duration total, Duration down, Duration redone) {
    /**
     * @param recoveries in the order in which they were detected; one that a further fault overtook before training resumed ends
     *     with that one
     * @param perStep time of one training step
     */
    public static Goodput of(Instant startedAt, Instant now, List<RecoveryRecord> recoveries, Duration perStep) {
        var down = Duration.ZERO;
        var upAgain = startedAt;
        long lostSteps = 0;
        for (int i = 0; i < recoveries.size(); i++) {
            var resumed = recoveries.subList(i, recoveries.size()).stream()
                    .flatMap(recovery -> recovery.resumedAt().stream())
                    .findFirst()
                    .orElse(now);
            var lost = max(recoveries.get(i).lostAt(), upAgain);
            if (resumed.isAfter(lost)) {
                down = down.plus(Duration.between(lost, resumed));
            }
            upAgain = max(upAgain, resumed);
            lostSteps += recoveries.get(i).lostSteps().orElse(0);
        }
        var total = Duration.between(startedAt, max(startedAt, now));
        return new Goodput(total, down, perStep.multipliedBy(lostSteps));
    }

    /** Share of the time that went into steps that count, from 0 to 1. */
    public double share() {
        var useful = total.minus(down).minus(redone);
        return total.isZero() ? 1 : Math.max(0, (double) useful.toMillis() / Math.max(1, total.toMillis()));
    }

    private static Instant max(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
