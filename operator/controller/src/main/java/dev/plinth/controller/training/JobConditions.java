package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.kubernetes.Conditions.Chain;
import dev.plinth.controller.kubernetes.Conditions.Status;
import dev.plinth.controller.kubernetes.Conditions.Verdict;
import dev.plinth.controller.planning.JobPlan;
import dev.plinth.controller.planning.Layouts;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** The conditions of a training job: for each type the first check that has something to say decides. */
final class JobConditions {

    /** What is judged. */
    record Judged(Observed observed, Optional<Problem> problem, Publication publication) {}

    private static final Conditions<Judged> OF_EVERY_JOB = Conditions.of(
            Chain.of("Placed", JobConditions::placed),
            Chain.of(
                    "Running",
                    judged -> Verdict.no("Pending", "Workers have not started."),
                    JobConditions::hasEnded,
                    JobConditions::recovers,
                    JobConditions::isNotPlaced,
                    JobConditions::cannotFollowSpec,
                    JobConditions::changeIsRefused,
                    JobConditions::trains,
                    gangSays("Running")),
            Chain.of(
                    "Complete",
                    judged -> Verdict.no("InProgress", "Training has not ended."),
                    JobConditions::isComplete,
                    JobConditions::hasFailed),
            Chain.of("Failed", judged -> Verdict.no("NotFailed", "Nothing has failed for good."), gangHasFailed()));

    private static final Conditions<Judged> OF_PLANNED = Conditions.of(Chain.of("Planned", JobConditions::planned));

    private static final Conditions<Judged> OF_PUBLISHERS =
            Conditions.of(Chain.of("Published", JobConditions::published));

    /** Reasons for which a gang that is formed again does not run yet, though nothing is wrong with it. */
    private static final Set<String> TAKES_TIME = Set.of("Placing", "Starting", "Terminating");

    private static final double GIB = 1L << 30;

    private JobConditions() {}

    /** All conditions; {@code Planned} only where the job has parallelism, {@code Published} only where it has an output. */
    static List<Condition> judge(Judged judged, Instant now) {
        var generation = judged.observed().job().getMetadata().getGeneration();
        var before = judged.observed().conditionsBefore();
        var conditions = new ArrayList<>(OF_EVERY_JOB.judge(judged, generation, before, now));
        if (!(judged.observed().plan() instanceof JobPlan.NotAsked)) {
            conditions.addAll(OF_PLANNED.judge(judged, generation, before, now));
        }
        if (!(judged.publication() instanceof Publication.NotAsked)) {
            conditions.addAll(OF_PUBLISHERS.judge(judged, generation, before, now));
        }
        return conditions;
    }

    private static Verdict placed(Judged judged) {
        var gangSays = gangSays("Placed").apply(judged);
        if (gangSays.filter(verdict -> verdict.status() == Status.True).isPresent()) {
            // Workers that have nodes keep them, whatever is wrong with a newer spec; Running tells of that.
            return gangSays.get();
        }
        return judged.problem()
                .map(problem -> Verdict.no(problem.reason(), problem.message()))
                .or(() -> gangSays)
                .orElse(Verdict.unknown("Pending", "The gang of this job has just been asked for."));
    }

    /** Takes over the verdict of the gang controller. */
    private static Function<Judged, Optional<Verdict>> gangSays(String type) {
        return judged -> judged.observed()
                .gangCondition(type)
                .map(condition -> new Verdict(
                        Status.valueOf(condition.getStatus()), condition.getReason(), condition.getMessage()));
    }

    private static Function<Judged, Optional<Verdict>> gangHasFailed() {
        return judged -> gangSays("Failed").apply(judged).filter(verdict -> verdict.status() == Status.True);
    }

    private static Optional<Verdict> hasEnded(Judged judged) {
        if (judged.observed().gangIs("Complete")) {
            return Optional.of(Verdict.no("Complete", "All workers have ended."));
        }
        return judged.observed().gangIs("Failed")
                ? Optional.of(Verdict.no("Failed", "The job has failed; see the condition Failed."))
                : Optional.empty();
    }

    /** Between a loss and the first step after it, unless there is more to say of the way back than that it takes time. */
    private static Optional<Verdict> recovers(Judged judged) {
        var observed = judged.observed();
        var underWay = Stream.of("Placed", "Running")
                .flatMap(type -> observed.gangCondition(type).stream())
                .allMatch(condition ->
                        "True".equals(condition.getStatus()) || TAKES_TIME.contains(condition.getReason()));
        var stepsAreKnown = observed.reports().isPresent() || !observed.gangIs("Running");
        return observed.repairUnderWay()
                .filter(repair -> underWay && stepsAreKnown)
                .map(repair -> Verdict.no("Recovering", recovering(repair, observed)));
    }

    private static String recovering(Recovered repair, Observed observed) {
        var who = Optional.ofNullable(repair.member()).map(index -> " of worker " + index);
        var where = Optional.ofNullable(repair.node()).map(node -> " on node " + node);
        var from = observed.before()
                .map(TrainingJobStatus::checkpoint)
                .map(checkpoint -> "the checkpoint of step " + checkpoint.step())
                .orElse("the newest checkpoint, if there is one");
        // What a worker lacks that was there the first time, a ConfigMap for one, shows here before anywhere else.
        var still = observed.gangCondition("Running")
                .filter(condition -> "Starting".equals(condition.getReason()))
                .map(condition -> " Now: " + condition.getMessage() + ".");
        return "%s%s%s; the workers are formed again and go on from %s.%s"
                .formatted(repair.reason(), who.orElse(""), where.orElse(""), from, still.orElse(""));
    }

    /** The reason is the same as that of Placed: it is what the column State shows. */
    private static Optional<Verdict> isNotPlaced(Judged judged) {
        var placed = placed(judged);
        return placed.status() == Status.True
                ? Optional.empty()
                : Optional.of(Verdict.no(placed.reason(), placed.message()));
    }

    private static Optional<Verdict> cannotFollowSpec(Judged judged) {
        return judged.problem()
                .map(problem -> Verdict.unknown(
                        problem.reason(), problem.message() + " Until then the workers stay as they are."));
    }

    /** The workers may train all the same, with what they ran before. */
    private static Optional<Verdict> changeIsRefused(Judged judged) {
        return gangSays("Running").apply(judged).filter(verdict -> verdict.status() == Status.Unknown);
    }

    private static Optional<Verdict> trains(Judged judged) {
        return judged.observed()
                .reportsOfFormation()
                .filter(reports ->
                        judged.observed().gangIs("Running") && reports.latest().isPresent())
                .map(reports -> Verdict.yes("Training", "Workers report steps; see status.progress."));
    }

    private static Optional<Verdict> isComplete(Judged judged) {
        return gangSays("Complete")
                .apply(judged)
                .filter(verdict -> verdict.status() == Status.True)
                .map(verdict -> Verdict.yes("Trained", "All workers have succeeded."));
    }

    private static Optional<Verdict> hasFailed(Judged judged) {
        return judged.observed().gangIs("Failed")
                ? Optional.of(Verdict.no("Failed", "Training ended without result; see the condition Failed."))
                : Optional.empty();
    }

    private static Verdict planned(Judged judged) {
        return switch (judged.observed().plan()) {
            case JobPlan.NotAsked() -> Verdict.no("NotAsked", "");
            case JobPlan.Made(Plan plan) -> Verdict.yes("Planned", planned(plan));
            case JobPlan.Refused(String reason, String message) -> Verdict.no(reason, message);
        };
    }

    private static String planned(Plan plan) {
        return "%s on %d %s: %s s a step (%s to %s), %.1f of %.1f GiB on the fullest."
                .formatted(
                        Layouts.words(plan.layout()),
                        plan.accelerators(),
                        plan.accelerator(),
                        plan.step().seconds(),
                        plan.step().lowSeconds(),
                        plan.step().highSeconds(),
                        plan.memory().totalBytes() / GIB,
                        plan.memory().capacityBytes() / GIB);
    }

    private static Verdict published(Judged judged) {
        return switch (judged.publication()) {
            case Publication.NotAsked() -> Verdict.no("NotAsked", "");
            case Publication.Later(String model) ->
                Verdict.no("InProgress", "Model %s is published when training is complete.".formatted(model));
            case Publication.NameTaken(String model, Optional<String> other) ->
                Verdict.no(
                        "ModelNameTaken",
                        other.map(job ->
                                        "Model %s exists and belongs to TrainingJob %s, which publishes it again if only the Model is deleted; set another name in spec.output.model, or delete that job and then the Model."
                                                .formatted(model, job))
                                .orElse(
                                        "Model %s exists and belongs to a user; set another name in spec.output.model, or delete that Model, then this job publishes its own."
                                                .formatted(model)));
            case Publication.NothingToPublish(String model) ->
                Verdict.no(
                        "NoCheckpoint",
                        "Training is complete, but no worker reported a checkpoint, so Model %s cannot name one; create it by hand with the path of the weights."
                                .formatted(model));
            case Publication.Due(var model, boolean create) ->
                Verdict.no(
                        "Publishing",
                        "Model %s is being written."
                                .formatted(model.getMetadata().getName()));
            case Publication.Refused(String model, String why) ->
                Verdict.no(
                        "ModelRefused",
                        "The API server refuses Model %s: %s; put that right, and it is published by itself."
                                .formatted(model, why));
            case Publication.Done(String model, String uri) ->
                Verdict.yes("ModelPublished", "Model %s names %s.".formatted(model, uri));
        };
    }
}
