package dev.plinth.recovery;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The story of one recovery, written as it unfolds.
 *
 * @param generation of the formation that heals the gang
 * @param reason what was lost, in words
 * @param lostAt the last sign of life of what was lost
 * @param lostStep the last step reported before the loss
 * @param detectedAt when it was decided to form the gang again
 * @param replacedAt when every member of the new formation had a running pod
 * @param resumedAt when the first step of the new formation was reported
 * @param fromStep the step of the checkpoint that training went on from
 */
public record RecoveryRecord(
        int generation,
        String reason,
        Instant lostAt,
        OptionalLong lostStep,
        Instant detectedAt,
        Optional<Instant> replacedAt,
        Optional<Instant> resumedAt,
        OptionalLong fromStep) {
    public static RecoveryRecord detected(
            Action.Reform reform, Instant lostAt, OptionalLong lostStep, Instant detectedAt) {
        return new RecoveryRecord(
                reform.generation(),
                reform.reason(),
                lostAt.isAfter(detectedAt) ? detectedAt : lostAt,
                lostStep,
                detectedAt,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }

    /** Every member of {@code generation} has a running pod. Only the first time counts. */
    public RecoveryRecord replaced(int generation, Instant at) {
        if (generation < this.generation || replacedAt.isPresent()) {
            return this;
        }
        return new RecoveryRecord(
                this.generation, reason, lostAt, lostStep, detectedAt, Optional.of(at), resumedAt, fromStep);
    }

    /** A member of {@code generation} reported a step, having gone on from checkpoint {@code fromStep}. Only the first time counts. */
    public RecoveryRecord resumed(int generation, long fromStep, Instant at) {
        if (generation < this.generation || resumedAt.isPresent()) {
            return this;
        }
        return new RecoveryRecord(
                this.generation,
                reason,
                lostAt,
                lostStep,
                detectedAt,
                replacedAt.or(() -> Optional.of(at)),
                Optional.of(at),
                OptionalLong.of(fromStep));
    }

    /** Steps that had been done and must be done again; empty until training has resumed. */
    public OptionalLong lostSteps() {
        if (fromStep.isEmpty() || lostStep.isEmpty()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Math.max(0, lostStep.getAsLong() - fromStep.getAsLong()));
    }
}
