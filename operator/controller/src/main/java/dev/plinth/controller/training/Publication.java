package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.ModelSpec;
import dev.plinth.api.v1alpha1.TrainingJobSpec.CheckpointPolicy;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.report.GangReports;
import dev.plinth.controller.report.GangReports.Checkpoint;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a job stands with the model it is to publish. The {@link Model} has no owner: deleting the job keeps the
 * weights. Whose it is says its label and, since a job may be deleted and made again, the UID in its annotation.
 */
sealed interface Publication {

    /** Names the very job, and not one of the same name, that published a model. */
    String JOB_UID = "plinth.dev/job-uid";

    /** The job has no output. */
    record NotAsked() implements Publication {}

    /** Training is not complete. */
    record Later(String model) implements Publication {}

    /** A model of that name belongs to a user or to another job. */
    record NameTaken(String model, Optional<String> otherJob) implements Publication {}

    /** Training is complete, and nobody ever told of a checkpoint. */
    record NothingToPublish(String model) implements Publication {}

    /** The model is to be written now: created if there is none of that name, else replaced. */
    record Due(Model model, boolean create) implements Publication {}

    /** The API server would not have the model, in its words. */
    record Refused(String model, String why) implements Publication {}

    /** The model is there. */
    record Done(String model, String uri) implements Publication {}

    /** Decides from what was observed; the newest known checkpoint is what is published. */
    static Publication of(Observed observed) {
        var output = observed.spec().output();
        var checkpoints = observed.spec().checkpoint();
        if (output == null) {
            return new NotAsked();
        }
        var present = observed.model();
        if (present.isPresent() && !isOurs(present.get(), observed)) {
            return new NameTaken(output.model(), job(present.get()));
        }
        if (!observed.gangIs("Complete")) {
            return new Later(output.model());
        }
        var newest = newest(observed);
        if (checkpoints == null || newest.isEmpty()) {
            return present.filter(model -> isOfThisRun(model, observed))
                    .<Publication>map(model ->
                            new Done(output.model(), model.getSpec().source().uri()))
                    .orElse(new NothingToPublish(output.model()));
        }
        if (present.isPresent() && holds(present.get(), newest.get(), observed)) {
            return new Done(output.model(), present.get().getSpec().source().uri());
        }
        return new Due(render(output.model(), checkpoints, newest.get(), observed), present.isEmpty());
    }

    /**
     * The newest checkpoint of all that tell of one: live reports, the last words of member 0, and the status, which
     * remembers them across a restart of the operator.
     */
    private static Optional<Checkpoint> newest(Observed observed) {
        return Stream.of(
                        observed.reports().flatMap(GangReports::checkpoint),
                        observed.farewell(),
                        observed.before().flatMap(Publication::remembered))
                .flatMap(Optional::stream)
                // At the same step the one that knows its digest comes last.
                .max(Comparator.comparingLong(Checkpoint::step)
                        .thenComparingInt(Checkpoint::generation)
                        .thenComparing(checkpoint -> checkpoint.digest().isPresent()));
    }

    private static Optional<Checkpoint> remembered(TrainingJobStatus status) {
        return Optional.ofNullable(status.checkpoint())
                .map(last -> new Checkpoint(
                        last.step(),
                        last.generation(),
                        last.path(),
                        Optional.ofNullable(last.bytes()).orElse(0L),
                        Optional.ofNullable(last.digest()),
                        false,
                        Instant.EPOCH));
    }

    private static Model render(String name, CheckpointPolicy checkpoints, Checkpoint checkpoint, Observed observed) {
        var model = new Model();
        model.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(observed.namespace())
                .addToLabels(Labels.JOB, observed.name())
                .addToAnnotations(JOB_UID, observed.uid())
                .build());
        model.setSpec(new ModelSpec(
                new ModelSpec.Source(CheckpointFolder.of(observed.job()).uri(checkpoints.claim(), checkpoint.path())),
                ModelSpec.Format.Safetensors,
                orNull(checkpoint.digest()),
                checkpoint.bytes() > 0 ? checkpoint.bytes() : null,
                new ModelSpec.Provenance(
                        observed.name(),
                        checkpoint.step(),
                        orNull(lossAt(checkpoint.step(), observed)),
                        checkpoint.generation())));
        return model;
    }

    private static Optional<String> lossAt(long step, Observed observed) {
        return observed.reports()
                .flatMap(GangReports::latest)
                .filter(progress -> progress.step() == step)
                .map(progress -> JobStatus.decimal(progress.loss()))
                .or(() -> observed.before()
                        .map(TrainingJobStatus::progress)
                        .filter(progress -> progress.step() == step)
                        .map(TrainingJobStatus.Progress::loss));
    }

    private static boolean isOurs(Model model, Observed observed) {
        return job(model).filter(observed.name()::equals).isPresent();
    }

    private static Optional<String> job(Model model) {
        var labels = model.getMetadata().getLabels();
        return labels == null ? Optional.empty() : Optional.ofNullable(labels.get(Labels.JOB));
    }

    private static boolean isOfThisRun(Model model, Observed observed) {
        var annotations = model.getMetadata().getAnnotations();
        return annotations != null && observed.uid().equals(annotations.get(JOB_UID));
    }

    private static boolean holds(Model model, Checkpoint checkpoint, Observed observed) {
        var provenance = model.getSpec().provenance();
        return isOfThisRun(model, observed)
                && provenance != null
                && Long.valueOf(checkpoint.step()).equals(provenance.step())
                && Integer.valueOf(checkpoint.generation()).equals(provenance.generation());
    }

    @SuppressWarnings("NullAway") // An absent component of an API record is null.
    private static @Nullable String orNull(Optional<String> value) {
        return value.orElse(null);
    }
}
