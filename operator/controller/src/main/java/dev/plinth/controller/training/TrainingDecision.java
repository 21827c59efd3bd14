package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.kubernetes.Story;
import dev.plinth.controller.training.JobConditions.Judged;
import dev.plinth.controller.training.TrainingDecision.Action.ApplyGang;
import dev.plinth.controller.training.TrainingDecision.Action.CreateModel;
import dev.plinth.controller.training.TrainingDecision.Action.ReplaceModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one pass does about a training job.
 *
 * @param actions to be carried out in this order, each one API request
 * @param status what the job's status is to say
 * @param stories events that tell of the change of status
 */
record TrainingDecision(List<Action> actions, TrainingJobStatus status, List<Story> stories) {

    /** A write to the cluster. */
    sealed interface Action {

        /** The gang is to be like this. */
        record ApplyGang(Gang gang) implements Action {}

        /** There is no model of that name; somebody else may create one at the same moment and then keeps the name. */
        record CreateModel(Model model) implements Action {}

        /** The model is this job's, and is to name newer weights. */
        record ReplaceModel(Model model) implements Action {}
    }

    /** Decides what is to be done. */
    static TrainingDecision decide(Observed observed, String runtimeImage, Instant now) {
        return decide(observed, Refusals.NONE, runtimeImage, now);
    }

    /** Decides with the knowledge of what was refused when it was tried. */
    static TrainingDecision decide(Observed observed, Refusals refusals, String runtimeImage, Instant now) {
        var problem = Problem.of(observed).or(() -> refusals.gang().map(Problem::refused));
        var publication = publication(observed, refusals);
        var conditions = JobConditions.judge(new Judged(observed, problem, publication), now);
        var status = JobStatus.of(observed, conditions, now);
        var actions = actions(observed, problem, publication, runtimeImage);
        var stories = new ArrayList<>(JobStories.of(observed.before(), status));
        change(observed, actions).ifPresent(stories::add);
        return new TrainingDecision(actions, status, List.copyOf(stories));
    }

    private static Publication publication(Observed observed, Refusals refusals) {
        var publication = Publication.of(observed);
        return publication instanceof Publication.Due(Model model, boolean create)
                ? refusals.model()
                        .<Publication>map(why ->
                                new Publication.Refused(model.getMetadata().getName(), why))
                        .orElse(publication)
                : publication;
    }

    /** A change of what the workers run is told at the moment it is handed on. */
    private static Optional<Story> change(Observed observed, List<Action> actions) {
        var revision =
                observed.ownGang().map(gang -> String.valueOf(gang.getSpec().revision()));
        return actions.stream()
                .filter(action -> action instanceof Action.ApplyGang(Gang gang)
                        && revision.filter(
                                        before -> !before.equals(gang.getSpec().revision()))
                                .isPresent())
                .findFirst()
                .map(
                        action -> isPlannedAgain(observed)
                                ? Story.normal(
                                        "PlannedAgain",
                                        String.valueOf(
                                                observed.job().getMetadata().getGeneration()),
                                        "The workers found another place than the plan counted on, and another split is faster there; they are started again with it, in a new generation.")
                                : Story.normal(
                                        "SpecChanged",
                                        String.valueOf(
                                                observed.job().getMetadata().getGeneration()),
                                        "spec.workers.template or spec.parallelism has changed; workers that run are replaced together, in a new generation."));
    }

    /** Whether the job asks what its gang was planned for, and the answer is another. */
    private static boolean isPlannedAgain(Observed observed) {
        var before = observed.ownGang().map(Gang::getSpec).map(GangSpec::plan);
        return observed.plan()
                .made()
                .filter(now -> before.filter(plan -> plan.question().equals(now.question())
                                && !plan.layout().equals(now.layout()))
                        .isPresent())
                .isPresent();
    }

    private static List<Action> actions(
            Observed observed, Optional<Problem> problem, Publication publication, String runtimeImage) {
        var actions = new ArrayList<Action>();
        if (problem.isEmpty()) {
            var desired = JobGang.of(observed.job(), observed.plan().made(), runtimeImage);
            if (!observed.ownGang().filter(gang -> isAsDesired(gang, desired)).isPresent()) {
                actions.add(new ApplyGang(desired));
            }
        }
        if (publication instanceof Publication.Due(Model model, boolean create)) {
            actions.add(create ? new CreateModel(model) : new ReplaceModel(model));
        }
        return List.copyOf(actions);
    }

    /**
     * By what a user may change, and the plan. All else was rendered by the operator that made the gang, and stays with it: a newer
     * operator must not mix workers of two kinds, or start them again.
     */
    private static boolean isAsDesired(Gang gang, Gang desired) {
        var is = gang.getSpec();
        var shouldBe = desired.getSpec();
        return Objects.equals(is.revision(), shouldBe.revision())
                && Objects.equals(is.plan(), shouldBe.plan())
                && is.recovery().equals(shouldBe.recovery());
    }
}
