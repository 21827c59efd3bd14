package dev.plinth.controller.training;

import static dev.plinth.controller.training.Jobs.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec.Formation;
import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.api.v1alpha1.TrainingJobStatus.WorkerCounts;
import dev.plinth.controller.planning.JobPlan;
import dev.plinth.controller.report.GangReports;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class JobStatusTest {

    private final TrainingJob job = Jobs.bundled();

    @Test
    void shows_workers_placement_and_progress() {
        var status = at(NOW, Jobs.running(job), Jobs.reports(1, Jobs.step(1, NOW), Jobs.step(120, NOW)));

        assertThat(status.workers()).isEqualTo(new WorkerCounts(4, 4, 4));
        assertThat(status.domain()).isEqualTo("rack=r1");
        assertThat(status.generation()).isEqualTo(1);
        assertThat(status.progress()).isEqualTo(new TrainingJobStatus.Progress(120, 600L, "2.3125", 5120L, NOW));
        assertThat(status.firstStepAt()).isEqualTo(NOW);
        assertThat(status.completedAt()).isNull();
    }

    @Test
    void progress_is_shown_at_most_once_in_five_seconds() {
        var first = at(NOW, Jobs.running(job), Jobs.reports(1, Jobs.step(1, NOW), Jobs.step(120, NOW)));
        job.setStatus(first);

        var soon = NOW.plusMillis(4_900);
        assertThat(at(soon, Jobs.running(job), Jobs.reports(1, Jobs.step(1, NOW), Jobs.step(140, soon))))
                .isEqualTo(first);

        var later = NOW.plusSeconds(5);
        assertThat(at(later, Jobs.running(job), Jobs.reports(1, Jobs.step(1, NOW), Jobs.step(150, later)))
                        .progress())
                .extracting(TrainingJobStatus.Progress::step)
                .isEqualTo(150L);
    }

    @Test
    void the_measured_step_is_shown_beside_the_predicted_one() {
        var planned = Jobs.planned();
        var plan = Jobs.plan(planned);
        var fast = new GangReports.Progress(0, 10, OptionalLong.empty(), 2.3125, 131_072, OptionalLong.empty(), NOW);
        var observed = new Observed(
                planned,
                Optional.of(JobGang.of(planned, Optional.of(plan), Jobs.RUNTIME)),
                Optional.of(Jobs.reports(1, fast, fast)),
                false,
                Optional.empty(),
                Optional.empty(),
                new JobPlan.Made(plan));

        var shown = Optional.ofNullable(JobStatus.of(observed, List.of(), NOW).stepTime())
                .orElseThrow();

        assertThat(shown.predictedSeconds()).isEqualTo(plan.step().seconds());
        assertThat(shown.measuredSeconds()).isEqualTo("16");
        assertThat(Double.parseDouble(shown.correction()))
                .isCloseTo(16 / Double.parseDouble(shown.predictedSeconds()), within(0.001));
    }

    @Test
    void the_last_progress_is_shown_at_once() {
        job.setStatus(at(NOW, Jobs.running(job), Jobs.reports(1, Jobs.step(1, NOW), Jobs.step(590, NOW))));

        var end = NOW.plusSeconds(1);
        var status = at(end, Jobs.complete(job), Jobs.reports(1, Jobs.step(1, NOW), Jobs.step(600, end)));

        assertThat(status.progress())
                .extracting(TrainingJobStatus.Progress::step)
                .isEqualTo(600L);
        assertThat(status.completedAt()).isEqualTo(end);
    }

    @Test
    void what_was_known_stays_when_an_operator_that_has_heard_nothing_takes_over() {
        var known = at(NOW, Jobs.running(job), Jobs.reports(1, Jobs.step(1, NOW), Jobs.step(120, NOW)));
        job.setStatus(known);

        var status = JobStatus.of(Jobs.observed(job, Jobs.running(job)), known.conditions(), NOW.plusSeconds(60));

        assertThat(status).isEqualTo(known);
    }

    @Test
    void tells_the_story_of_a_repair_once_the_new_formation_makes_its_first_step() {
        var gang = repaired();
        var before = Jobs.step(137, NOW.minusSeconds(30));
        var first = Jobs.stepSince(100, 108, NOW);
        var reports = new GangReports(2, Optional.of(before), Optional.of(first), Optional.of(first), Optional.empty());

        var repair = repair(at(NOW, gang, reports));

        assertThat(repair.reason()).isEqualTo("NodeLost");
        assertThat(repair.node()).isEqualTo("n3");
        assertThat(repair.resumedAt()).isEqualTo(NOW);
        assertThat(repair.fromStep()).isEqualTo(100);
        assertThat(repair.lostSteps()).isEqualTo(37);
    }

    @Test
    void members_that_do_not_tell_where_they_resumed_are_taken_to_have_used_their_newest_checkpoint() {
        var before = Jobs.step(137, NOW.minusSeconds(30));
        var first = Jobs.step(108, NOW);
        var newest = Optional.of(Jobs.checkpoint(100, 1));

        var known = repair(at(
                NOW,
                repaired(),
                new GangReports(2, Optional.of(before), Optional.of(first), Optional.of(first), newest)));
        assertThat(known.fromStep()).isEqualTo(100);
        assertThat(known.lostSteps()).isEqualTo(37);

        var unknown = repair(at(NOW, repaired(), Jobs.reports(2, first, first)));
        assertThat(unknown.resumedAt()).isEqualTo(NOW);
        assertThat(unknown.fromStep()).isNull();
        assertThat(unknown.lostSteps()).isNull();
    }

    @Test
    void a_repair_by_an_operator_that_came_too_late_counts_lost_steps_from_the_progress_shown_before() {
        var shownAt = Instant.parse("2026-03-04T05:05:39Z");
        job.setStatus(at(shownAt, Jobs.running(job), Jobs.reports(1, Jobs.step(1, shownAt), Jobs.step(137, shownAt))));

        var first = Jobs.stepSince(100, 108, NOW);
        assertThat(repair(at(NOW, repaired(), Jobs.reports(2, first, first))).lostSteps())
                .isEqualTo(37);
    }

    @Test
    void steps_that_the_others_made_after_the_loss_was_noticed_are_lost_too() {
        var noticed = Instant.parse("2026-03-04T05:05:50Z");
        var shownAt = noticed.plusMillis(300);
        job.setStatus(at(shownAt, Jobs.running(job), Jobs.reports(1, Jobs.step(1, shownAt), Jobs.step(137, shownAt))));

        var first = Jobs.stepSince(100, 108, NOW);
        assertThat(repair(at(NOW, repaired(), Jobs.reports(2, first, first))).lostSteps())
                .isEqualTo(37);
    }

    @Test
    void progress_of_the_formation_before_does_not_end_a_repair() {
        var repair = repair(at(NOW, repaired(), Jobs.reports(1, Jobs.step(1, NOW), Jobs.step(137, NOW))));

        assertThat(repair.resumedAt()).isNull();
    }

    @Test
    void a_repair_that_has_been_told_is_not_told_anew_by_later_steps() {
        var first = Jobs.reports(2, Jobs.step(101, NOW), Jobs.step(101, NOW));
        job.setStatus(at(NOW, repaired(), first));

        var later = NOW.plusSeconds(60);
        var afterRestart = Jobs.reports(2, Jobs.step(160, later), Jobs.step(160, later));

        assertThat(at(later, repaired(), afterRestart).lastRecovery())
                .isEqualTo(at(NOW, repaired(), first).lastRecovery());
    }

    @Test
    void loss_is_written_as_a_short_decimal() {
        assertThat(JobStatus.decimal(2.3125f)).isEqualTo("2.3125");
        assertThat(JobStatus.decimal(0.1f)).isEqualTo("0.1");
        assertThat(JobStatus.decimal(12345678)).isEqualTo("12345700");
        assertThat(JobStatus.decimal(Double.NaN)).isEqualTo("NaN");
    }

    private static Recovered repair(TrainingJobStatus status) {
        return Optional.ofNullable(status.lastRecovery()).orElseThrow();
    }

    private Gang repaired() {
        var gang = Jobs.gang(job, """
                conditions:
                - {type: Placed, status: "True", reason: Placed, message: ""}
                - {type: Running, status: "True", reason: AllRunning, message: ""}
                lastRecovery:
                  reason: NodeLost
                  member: 3
                  node: n3
                  lostAt: "2026-03-04T05:05:40Z"
                  detectedAt: "2026-03-04T05:05:50Z"
                  replacedAt: "2026-03-04T05:05:51Z"
                """);
        gang.setSpec(gang.getSpec().withFormation(new Formation(2, 1, List.of(), null)));
        return gang;
    }

    private TrainingJobStatus at(Instant now, Gang gang, GangReports reports) {
        return JobStatus.of(Jobs.observed(job, gang, reports), List.of(), now);
    }
}
