package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.Gang;
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

    static TrainingDecision decide(Observed observed, String runtimeImage, Instant now) {
        var problem = Problem.of(observed);
        var publication = Publication.of(observed);
        var conditions = JobConditions.judge(new Judged(observed, problem, publication), now);
        var status = JobStatus.of(observed, conditions, now);
        return new TrainingDecision(
                actions(observed, problem, publication, runtimeImage),
                status,
                JobStories.of(observed.before(), status));
    }

    private static List<Action> actions(
            Observed observed, Optional<Problem> problem, Publication publication, String runtimeImage) {
        var actions = new ArrayList<Action>();
        if (problem.isEmpty()) {
            var desired = JobGang.of(observed.job(), runtimeImage);
            if (!observed.ownGang().filter(gang -> isAsDesired(gang, desired)).isPresent()) {
                actions.add(new ApplyGang(desired));
            }
        }
        if (publication instanceof Publication.Due(Model model, boolean create)) {
            actions.add(create ? new CreateModel(model) : new ReplaceModel(model));
        }
        return List.copyOf(actions);
    }

    private static boolean isAsDesired(Gang gang, Gang desired) {
        return desired.getSpec().equals(gang.getSpec().withFormation(null));
    }
}
