package dev.plinth.controller.training;

import static dev.plinth.controller.training.Jobs.NOW;
import static dev.plinth.controller.training.Jobs.RUNTIME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.EnvVar;
import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec.Formation;
import dev.plinth.api.v1alpha1.Parallelism;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.kubernetes.Story;
import dev.plinth.controller.planning.JobPlan.Made;
import dev.plinth.controller.planning.JobPlan.NotAsked;
import dev.plinth.controller.planning.JobPlan.Refused;
import dev.plinth.controller.training.TrainingDecision.Action.ApplyGang;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainingDecisionTest {

    @Test
    void a_new_job_asks_for_its_gang() {
        var job = Jobs.bundled();

        assertThat(decide(Jobs.observed(job)).actions())
                .containsExactly(new ApplyGang(JobGang.of(job, Optional.empty(), RUNTIME)));
    }

    @Test
    void a_gang_that_is_as_asked_for_is_left_alone_whatever_its_formation() {
        var job = Jobs.bundled();
        var gang = Jobs.running(job);
        gang.setSpec(gang.getSpec().withFormation(new Formation(3, 2, List.of(), null)));

        assertThat(decide(Jobs.observed(job, gang)).actions()).isEmpty();
    }

    @Test
    void a_changed_spec_is_handed_on_to_the_gang() {
        var before = Jobs.running(Jobs.bundled());
        var job = Jobs.of("""
                framework: {jax: {}}
                workers: {count: 5, processesPerWorker: 1, template: {image: "example.com/jax:2"}}
                """);

        assertThat(decide(Jobs.observed(job, before)).actions())
                .containsExactly(new ApplyGang(JobGang.of(job, Optional.empty(), RUNTIME)));
    }

    @Test
    void a_gang_that_another_operator_rendered_is_left_alone_until_the_user_changes_the_job() {
        var job = Jobs.bundled();
        var gang = Jobs.running(job);

        assertThat(TrainingDecision.decide(Jobs.observed(job, gang), "plinth.dev/runtime:newer", NOW)
                        .actions())
                .isEmpty();
    }

    @Test
    void between_a_loss_and_the_next_step_the_job_recovers_whatever_the_older_formation_had_reported() {
        var job = Jobs.bundled();
        var gang = Jobs.gang(job, """
                conditions:
                - {type: Placed, status: "True", reason: Placed, message: ""}
                - {type: Running, status: "False", reason: Starting, message: "members that run: 3 of 4"}
                lastRecovery: {reason: NodeLost, member: 3, node: n3, detectedAt: "2026-03-04T05:05:50Z"}
                """);
        gang.setSpec(gang.getSpec().withFormation(new Formation(2, 1, List.of(), null)));
        var older = Jobs.reports(1, Jobs.step(1, NOW), Jobs.step(137, NOW));
        var first = Jobs.stepSince(100, 101, NOW);

        assertThat(says(decide(Jobs.observed(job, gang, older)), "Running"))
                .isEqualTo(
                        "False Recovering: NodeLost of worker 3 on node n3; the workers are formed again and go on from the newest checkpoint, if there is one. Now: members that run: 3 of 4.");
        assertThat(decide(Jobs.observed(job, gang, older)).stories())
                .extracting(Story::reason)
                .containsExactly("Placed");
        assertThat(says(decide(Jobs.observed(job, gang, Jobs.reports(2, first, first))), "Running"))
                .startsWith("False Starting");
    }

    @Test
    void a_lost_worker_that_finds_no_room_is_told_as_that() {
        var job = Jobs.bundled();
        var gang = Jobs.gang(job, """
                conditions:
                - {type: Placed, status: "False", reason: WaitingForRoom, message: "no room"}
                - {type: Running, status: "False", reason: Starting, message: ""}
                lastRecovery: {reason: NodeLost, member: 3, node: n3, detectedAt: "2026-03-04T05:05:50Z"}
                """);

        assertThat(says(decide(Jobs.observed(job, gang)), "Running")).isEqualTo("False WaitingForRoom: no room");
    }

    @Test
    void jobs_of_one_name_keep_their_checkpoints_apart() {
        var older = Jobs.bundled();
        var newer = Jobs.bundled();
        newer.getMetadata().setUid("job-2");

        assertThat(directory(older)).isEqualTo("/plinth/checkpoints/tiny/job-1");
        assertThat(directory(newer)).isEqualTo("/plinth/checkpoints/tiny/job-2");
    }

    @Test
    void a_missing_claim_is_told_and_no_gang_is_made() {
        var observed = new Observed(
                Jobs.bundled(),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.empty(),
                new NotAsked());

        var decision = decide(observed);

        assertThat(decision.actions()).isEmpty();
        assertThat(says(decision, "Placed"))
                .isEqualTo(
                        "False ClaimNotFound: There is no PersistentVolumeClaim shared in namespace research; create it, or delete this job and create it again with another spec.checkpoint.claim.");
        assertThat(decision.stories()).extracting(Story::reason).containsExactly("ClaimNotFound");
        assertThat(decision.stories()).allMatch(Story::warning);
    }

    @Test
    void a_job_with_a_plan_asks_for_a_gang_that_is_split_by_it() {
        var job = Jobs.planned();
        var plan = Jobs.plan(job);

        var decision = decide(Jobs.observed(job, Optional.empty(), new Made(plan)));

        assertThat(decision.actions()).containsExactly(new ApplyGang(JobGang.of(job, Optional.of(plan), RUNTIME)));
        assertThat(decision.status().plan()).isEqualTo(plan);
        assertThat(says(decision, "Planned"))
                .startsWith("True Planned: ")
                .contains(" on 16 H100: ", " s a step (", " GiB on the fullest.");
        assertThat(JobGang.of(job, Optional.of(plan), RUNTIME)
                        .getSpec()
                        .template()
                        .env())
                .extracting(EnvVar::name)
                .contains("PLINTH_TENSOR_PARALLEL", "PLINTH_TRAINER_ARGS");
    }

    @Test
    void a_job_without_a_plan_asks_for_no_gang_and_says_why() {
        var refused = new Refused("DoesNotFit", "needs at least 90 GiB. What fits: use 32 accelerators.");

        var decision = decide(Jobs.observed(Jobs.planned(), Optional.empty(), refused));

        assertThat(decision.actions()).isEmpty();
        assertThat(says(decision, "Planned")).isEqualTo("False DoesNotFit: " + refused.message());
        assertThat(says(decision, "Placed")).isEqualTo("False DoesNotFit: " + refused.message());
        assertThat(decision.status().plan()).isNull();
        assertThat(decision.stories()).extracting(Story::reason).containsExactly("DoesNotFit");
    }

    @Test
    void a_gang_goes_on_with_its_plan_while_a_newer_wish_has_none() {
        var job = Jobs.planned();
        var plan = Jobs.plan(job);
        var gang = JobGang.of(job, Optional.of(plan), RUNTIME);

        var decision = decide(Jobs.observed(job, Optional.of(gang), new Refused("NotDivisible", "tensor 3.")));

        assertThat(decision.actions()).isEmpty();
        assertThat(decision.status().plan()).isEqualTo(plan);
    }

    @Test
    void a_changed_question_is_handed_on_to_the_gang_as_something_else_to_run() {
        var before = Jobs.planned();
        var job = Jobs.of("""
                framework: {torch: {rendezvous: Static}}
                workers: {count: 2, processesPerWorker: 8, template: {image: "example.com/megatron:1"}}
                """);

        assertThat(JobGang.revision(job, Optional.empty()))
                .isNotEqualTo(JobGang.revision(before, Optional.of(Jobs.plan(before))));
        assertThat(decide(Jobs.observed(job, JobGang.of(before, Optional.of(Jobs.plan(before)), RUNTIME)))
                        .actions())
                .containsExactly(new ApplyGang(JobGang.of(job, Optional.empty(), RUNTIME)));
    }

    @Test
    void another_layout_for_the_same_question_is_told_as_that_and_starts_the_workers_again() {
        var job = Jobs.planned();
        var gang = JobGang.of(job, Optional.of(Jobs.plan(job)), RUNTIME);
        var other = Jobs.planWith(job, "tensor: 2");

        var decision = decide(Jobs.observed(job, Optional.of(gang), new Made(other)));

        assertThat(decision.actions()).containsExactly(new ApplyGang(JobGang.of(job, Optional.of(other), RUNTIME)));
        assertThat(JobGang.revision(job, Optional.of(other)))
                .isNotEqualTo(gang.getSpec().revision());
        assertThat(decision.stories()).extracting(Story::reason).contains("PlannedAgain");
    }

    @Test
    void another_template_is_told_as_a_change_of_the_job_whether_it_has_a_plan_or_not() {
        var planned = Jobs.planned();
        var plan = Optional.of(Jobs.plan(planned));
        var running = JobGang.of(planned, plan, RUNTIME);
        var changed = Jobs.plannedWith("example.com/megatron:9");
        var unplanned = Jobs.of("""
                framework: {torch: {rendezvous: Static}}
                workers: {count: 2, template: {image: "example.com/megatron:1"}}
                """);
        var renewed = Jobs.of("""
                framework: {torch: {rendezvous: Static}}
                workers: {count: 2, template: {image: "example.com/megatron:2"}}
                """);

        assertThat(decide(Jobs.observed(changed, Optional.of(running), new Made(plan.get())))
                        .stories())
                .extracting(Story::reason)
                .contains("SpecChanged")
                .doesNotContain("PlannedAgain");
        assertThat(decide(Jobs.observed(renewed, JobGang.of(unplanned, Optional.empty(), RUNTIME)))
                        .stories())
                .extracting(Story::reason)
                .contains("SpecChanged")
                .doesNotContain("PlannedAgain");
    }

    @Test
    void the_same_layout_with_another_prediction_leaves_the_workers_as_they_are() {
        var job = Jobs.planned();
        var plan = Jobs.plan(job);
        var gang = JobGang.of(job, Optional.of(Jobs.slower(plan)), RUNTIME);

        var decision = decide(Jobs.observed(job, Optional.of(gang), new Made(plan)));

        assertThat(decision.actions()).containsExactly(new ApplyGang(JobGang.of(job, Optional.of(plan), RUNTIME)));
        assertThat(JobGang.revision(job, Optional.of(plan)))
                .isEqualTo(gang.getSpec().revision());
    }

    /** If these change, every planned job starts again on an upgrade: find a way to keep them. */
    @Test
    void an_operator_of_another_version_names_what_workers_run_and_what_was_asked_alike() {
        var job = Jobs.planned();
        var layout = new Plan.Layout(
                4,
                1,
                2,
                2,
                1,
                1,
                256,
                Plan.Schedule.OneForwardOneBackward,
                1,
                1,
                Parallelism.Recompute.Full,
                true,
                Parallelism.Offload.None);
        var plan = Jobs.laidOut(Jobs.plan(job), layout);

        assertThat(List.of(JobGang.revision(job, Optional.of(plan)), plan.question()))
                .containsExactly("ab1055de", "3a2f7011");
    }

    @Test
    void a_gang_of_an_earlier_job_of_the_same_name_is_waited_for() {
        var job = Jobs.bundled();
        Gang gang = Jobs.complete(job);
        gang.getMetadata()
                .setOwnerReferences(
                        List.of(new OwnerReferenceBuilder().withUid("job-0").build()));

        var decision = decide(Jobs.observed(job, gang));

        assertThat(decision.actions()).isEmpty();
        assertThat(says(decision, "Placed")).startsWith("False GangNameTaken:");
        assertThat(says(decision, "Complete")).startsWith("False InProgress:");
    }

    @Test
    void a_gang_without_room_is_told_in_the_words_of_the_gang_controller() {
        var job = Jobs.bundled();
        var gang = Jobs.gang(job, """
                conditions:
                - {type: Placed, status: "False", reason: NoRoom, message: "4 x 8 GPUs needed, 16 free in rack r1."}
                """);

        var decision = decide(Jobs.observed(job, gang));

        assertThat(says(decision, "Placed")).isEqualTo("False NoRoom: 4 x 8 GPUs needed, 16 free in rack r1.");
        assertThat(says(decision, "Running")).startsWith("False NoRoom:");
        assertThat(decision.stories()).extracting(Story::reason).containsExactly("NoRoom");
    }

    @Test
    void equal_observations_give_equal_decisions_and_a_second_pass_tells_nothing() {
        var job = Jobs.bundled();
        var observed = Jobs.observed(job, Jobs.running(job));

        var first = decide(observed);
        assertThat(decide(observed)).isEqualTo(first);

        job.setStatus(first.status());
        var second = decide(Jobs.observed(job, Jobs.running(job)));
        assertThat(second.status()).isEqualTo(first.status());
        assertThat(second.stories()).isEmpty();
    }

    private static TrainingDecision decide(Observed observed) {
        return TrainingDecision.decide(observed, RUNTIME, NOW);
    }

    private static String says(TrainingDecision decision, String type) {
        return Conditions.find(decision.status().conditions(), type)
                .map(condition -> condition.getStatus() + " " + condition.getReason() + ": " + condition.getMessage())
                .orElse("absent");
    }

    @SuppressWarnings("NullAway") // A missing folder fails the test.
    private static String directory(TrainingJob job) {
        return JobGang.of(job, Optional.empty(), RUNTIME).getSpec().contract().checkpointDirectory();
    }
}
