package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobSpec;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.kubernetes.Owners;
import dev.plinth.controller.planning.JobPlan;
import dev.plinth.controller.report.GangReports;
import dev.plinth.controller.report.GangReports.Checkpoint;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;

/**
 * What one pass saw of a training job.
 *
 * @param gang the gang of the job's name, whoever owns it
 * @param reports what its members have told this operator
 * @param claimMissing whether the claim for checkpoints is needed now and does not exist
 * @param model the model of the output's name, whoever owns it
 * @param farewell the checkpoint that member 0 named when it ended
 * @param plan how the model is split
 */
record Observed(
        TrainingJob job,
        Optional<Gang> gang,
        Optional<GangReports> reports,
        boolean claimMissing,
        Optional<Model> model,
        Optional<Checkpoint> farewell,
        JobPlan plan) {

    Observed withFarewell(Optional<Checkpoint> words) {
        return new Observed(job, gang, reports, claimMissing, model, words, plan);
    }

    String name() {
        return job.getMetadata().getName();
    }

    String namespace() {
        return job.getMetadata().getNamespace();
    }

    String uid() {
        return job.getMetadata().getUid();
    }

    TrainingJobSpec spec() {
        return job.getSpec();
    }

    Optional<TrainingJobStatus> before() {
        return job.reported();
    }

    List<Condition> conditionsBefore() {
        return before().map(TrainingJobStatus::conditions).orElse(List.of());
    }

    /** The gang if it is this job's own, and not that of an earlier job of the same name. */
    Optional<Gang> ownGang() {
        return gang.filter(found -> Owners.owns(job, found));
    }

    /** What the workers run by, or will: while a newer wish has no plan, that is the older one. */
    Optional<Plan> planInForce() {
        return plan instanceof JobPlan.Refused ? ownGang().map(Gang::getSpec).map(GangSpec::plan) : plan.made();
    }

    /** What was told by members of the formation that is in force, and not by those of an earlier one. */
    Optional<GangReports> reportsOfFormation() {
        return reports.filter(told -> ownGang()
                .filter(own -> own.getSpec().formationOrFirst().generation() == told.generation())
                .isPresent());
    }

    /** The newest repair, if its story has not been told to the end: no step has been made since. */
    Optional<Recovered> repairUnderWay() {
        return RecoveryStory.of(this).filter(repair -> repair.resumedAt() == null);
    }

    /** What the gang controller says of this type, if it has judged the newest spec of the gang. */
    Optional<Condition> gangCondition(String type) {
        return ownGang().flatMap(Gang::reported).flatMap(status -> Conditions.find(status.conditions(), type));
    }

    boolean gangIs(String type) {
        return gangCondition(type)
                .filter(condition -> "True".equals(condition.getStatus()))
                .isPresent();
    }

    boolean ended() {
        return gangIs("Complete") || gangIs("Failed");
    }
}
