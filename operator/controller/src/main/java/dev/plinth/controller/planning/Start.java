package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.controller.kubernetes.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The time in which workers have their nodes and nothing to lose: another layout costs them a start, and no work. */
final class Start {
    /** Most programs need longer to their first step; of those that report none nothing later is known. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private Start() {}

    static boolean isUnderWay(TrainingJob job, Optional<Gang> ownGang, Instant now) {
        var isFirst = ownGang.filter(gang -> gang.getSpec().formationOrFirst().generation() == 1)
                .flatMap(Gang::reported)
                .filter(status -> Conditions.isTrue(status.conditions(), "Placed"))
                .isPresent();
        return isFirst
                && job.reported()
                        .filter(status -> status.firstStepAt() == null && status.checkpoint() == null)
                        .filter(status -> status.placedAt() == null
                                || status.placedAt().plus(LONGEST).isAfter(now))
                        .isPresent();
    }
}
