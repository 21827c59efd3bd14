package dev.plinth.controller.serving;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.ModelServiceStatus;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.Owners;
import dev.plinth.controller.kubernetes.Story;
import dev.plinth.controller.serving.ServingConditions.Judged;
import dev.plinth.controller.serving.ServingDecision.Action.ApplyFront;
import dev.plinth.controller.serving.ServingDecision.Action.CreateReplica;
import dev.plinth.controller.serving.ServingDecision.Action.DeleteReplica;
import dev.plinth.controller.serving.Target.Known;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one pass does about a model service.
 *
 * @param actions to be carried out in this order, each one API request
 * @param status what the service's status is to say
 * @param stories events that tell of the change of status
 */
record ServingDecision(List<Action> actions, ModelServiceStatus status, List<Story> stories) {

    /** A write to the cluster. */
    sealed interface Action {

        /** The Service before the replicas is to be like this. */
        record ApplyFront(io.fabric8.kubernetes.api.model.Service front) implements Action {}

        /** One replica more. */
        record CreateReplica(Gang gang) implements Action {}

        /** One replica less; its pod drains. */
        record DeleteReplica(Gang gang) implements Action {}
    }

    /** Decides what is to be done. */
    static ServingDecision decide(Observed observed, String runtimeImage, Instant now) {
        return decide(observed, Optional.empty(), runtimeImage, now);
    }

    /** Decides with the knowledge of what was refused when it was tried. */
    static ServingDecision decide(Observed observed, Optional<Refused> refused, String runtimeImage, Instant now) {
        var target = Target.of(observed, runtimeImage);
        var rollout = rollout(observed, target);
        var judged = new Judged(observed, target, observed.replicas(), refused);
        var status = ServingStatus.of(judged, ServingConditions.judge(judged, now));
        return new ServingDecision(
                actions(observed, target, rollout),
                status,
                ServingStories.of(observed.service().reported(), status));
    }

    private static Rollout rollout(Observed observed, Target target) {
        var wanted = observed.service().getSpec().replicas();
        return switch (target) {
            case Known(Revision revision) -> Rollout.towards(revision.name(), wanted, observed.replicas());
            // Nothing new can be made, but what is asked to go goes: replicas all count as of one revision.
            case Target.Waiting(var reason, var message) ->
                new Rollout(
                        List.of(),
                        Rollout.towards(
                                        "",
                                        wanted,
                                        observed.replicas().stream()
                                                .map(replica -> new Replica(
                                                        replica.gang(), "", replica.ordinal(), replica.ready()))
                                                .toList())
                                .delete());
        };
    }

    private static List<Action> actions(Observed observed, Target target, Rollout rollout) {
        var actions = new ArrayList<Action>();
        if (!observed.frontIsTaken()) {
            var desired = Front.of(observed.service());
            if (observed.front()
                    .filter(front -> Front.isAsDesired(front, desired))
                    .isEmpty()) {
                actions.add(new ApplyFront(desired));
            }
        }
        if (target instanceof Known(Revision revision)) {
            rollout.create().forEach(ordinal -> actions.add(new CreateReplica(gang(observed, revision, ordinal))));
        }
        observed.gangs().stream()
                .filter(gang -> rollout.delete().contains(gang.getMetadata().getName()))
                .forEach(gang -> actions.add(new DeleteReplica(gang)));
        return List.copyOf(actions);
    }

    private static Gang gang(Observed observed, Revision revision, int ordinal) {
        var gang = new Gang();
        gang.setMetadata(new ObjectMetaBuilder()
                .withName("%s-%s-%d".formatted(observed.name(), revision.name(), ordinal))
                .withNamespace(observed.namespace())
                .addToLabels(Labels.SERVICE, observed.name())
                .addToLabels(Labels.REVISION, revision.name())
                .withOwnerReferences(Owners.controlledBy(observed.service()))
                .build());
        gang.setSpec(revision.gang());
        return gang;
    }
}
