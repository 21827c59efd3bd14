package dev.plinth.controller.training;

import dev.plinth.controller.planning.JobPlan.Refused;
import java.util.Optional;

/**
 * Something that the API server cannot see in a job, and without which its gang is not made or changed.
 *
 * @param message what is wrong and what to do
 */
record Problem(String reason, String message) {

    /** The first thing that keeps this job from being carried out. */
    static Optional<Problem> of(Observed observed) {
        return claimMissing(observed).or(() -> nameTaken(observed)).or(() -> noPlan(observed));
    }

    /** The API server would not have the gang as it should be. */
    static Problem refused(String why) {
        return new Problem(
                "GangRefused",
                "The API server refuses the gang of this job: %s; put that right, and the job goes on by itself."
                        .formatted(why));
    }

    private static Optional<Problem> claimMissing(Observed observed) {
        var checkpoint = observed.spec().checkpoint();
        return observed.claimMissing() && checkpoint != null
                ? Optional.of(new Problem(
                        "ClaimNotFound",
                        "There is no PersistentVolumeClaim %s in namespace %s; create it, or delete this job and create it again with another spec.checkpoint.claim."
                                .formatted(checkpoint.claim(), observed.namespace())))
                : Optional.empty();
    }

    private static Optional<Problem> nameTaken(Observed observed) {
        return observed.gang().isPresent() && observed.ownGang().isEmpty()
                ? Optional.of(new Problem(
                        "GangNameTaken",
                        "Gang %s belongs to another object; the job starts when that gang is gone. If it does not go by itself, give this job another name."
                                .formatted(observed.name())))
                : Optional.empty();
    }

    private static Optional<Problem> noPlan(Observed observed) {
        return observed.plan() instanceof Refused(String reason, String message)
                ? Optional.of(new Problem(reason, message))
                : Optional.empty();
    }
}
