package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.EnvVar;
import dev.plinth.controller.contract.ReservedNames;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Something that only the user can put right, and without which the gang is not made or changed.
 *
 * @param message what is wrong and what to do
 */
record Problem(String reason, String message) {

    /** The first thing that keeps this job from being carried out. */
    static Optional<Problem> of(Observed observed) {
        return Stream.of(
                        reservedEnvironment(observed),
                        imageMissing(observed),
                        claimMissing(observed),
                        nameTaken(observed))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Problem> reservedEnvironment(Observed observed) {
        var template = observed.spec().workers().template();
        var taken =
                ReservedNames.among(template.env().stream().map(EnvVar::name).toList());
        return taken.isEmpty()
                ? Optional.empty()
                : Optional.of(new Problem(
                        "ReservedEnvironment",
                        "Plinth sets %s itself; remove it from spec.workers.template.env."
                                .formatted(String.join(", ", taken))));
    }

    private static Optional<Problem> imageMissing(Observed observed) {
        var ownProgram = observed.spec().framework().bundled() == null;
        return ownProgram && observed.spec().workers().template().image() == null
                ? Optional.of(
                        new Problem(
                                "ImageMissing",
                                "Only the bundled trainer has an image of its own; set spec.workers.template.image to the image of your program."))
                : Optional.empty();
    }

    private static Optional<Problem> claimMissing(Observed observed) {
        var checkpoint = observed.spec().checkpoint();
        return observed.claimMissing() && checkpoint != null
                ? Optional.of(new Problem(
                        "ClaimNotFound",
                        "There is no PersistentVolumeClaim %s in namespace %s; create it, or name another in spec.checkpoint.claim (delete and create the job again for that)."
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
}
