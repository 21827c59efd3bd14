package dev.plinth.controller.training;

import static dev.plinth.controller.training.Jobs.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.ModelSpec.Provenance;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.planning.JobPlan;
import dev.plinth.controller.report.GangReports;
import dev.plinth.controller.report.GangReports.Checkpoint;
import dev.plinth.controller.training.Publication.Done;
import dev.plinth.controller.training.Publication.Due;
import dev.plinth.controller.training.Publication.Later;
import dev.plinth.controller.training.Publication.NameTaken;
import dev.plinth.controller.training.Publication.NotAsked;
import dev.plinth.controller.training.Publication.NothingToPublish;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PublicationTest {

    private final TrainingJob job = Jobs.bundled();
    private final Gang complete = Jobs.complete(job);

    @Test
    void a_job_without_output_publishes_nothing() {
        var quiet = Jobs.of("""
                framework: {jax: {}}
                workers: {count: 1, processesPerWorker: 1}
                """);

        assertThat(Publication.of(Jobs.observed(quiet))).isEqualTo(new NotAsked());
    }

    @Test
    void nothing_is_published_before_training_is_complete() {
        assertThat(Publication.of(seen(Jobs.running(job), Optional.of(Jobs.checkpoint(100, 1)), Optional.empty())))
                .isEqualTo(new Later("tiny-model"));
    }

    @Test
    void the_final_checkpoint_is_published_with_its_place_digest_size_and_provenance() {
        var publication = Publication.of(seen(complete, Optional.of(Jobs.checkpoint(600, 2)), Optional.empty()));

        assertThat(publication).isInstanceOfSatisfying(Due.class, due -> {
            assertThat(due.create()).isTrue();
            assertThat(due.model().getMetadata().getOwnerReferences()).isEmpty();
            assertThat(due.model().getSpec().source().uri()).isEqualTo("pvc://shared/tiny/job-1/step-600-g2");
            assertThat(due.model().getSpec().digest()).isEqualTo("sha256:600");
            assertThat(due.model().getSpec().sizeBytes()).isEqualTo(1000);
            assertThat(due.model().getSpec().provenance()).isEqualTo(new Provenance("tiny", 600L, null, 2));
        });
    }

    @Test
    void last_words_of_member_0_stand_in_for_a_final_report_that_nobody_heard() {
        var lost = seen(complete, Optional.of(Jobs.checkpoint(550, 1)), Optional.empty())
                .withFarewell(Optional.of(Jobs.checkpoint(600, 1)));

        assertThat(uri(Publication.of(lost))).isEqualTo("pvc://shared/tiny/job-1/step-600-g1");
    }

    @Test
    void after_a_restart_of_the_operator_the_status_remembers_the_newest_checkpoint_with_digest_and_size() {
        job.setStatus(statusWith(new TrainingJobStatus.Checkpoint(550, 1, "step-550-g1", 1000L, "sha256:550", NOW)));

        var publication = Publication.of(seen(complete, Optional.empty(), Optional.empty()));

        assertThat(uri(publication)).isEqualTo("pvc://shared/tiny/job-1/step-550-g1");
        assertThat(publication).isInstanceOfSatisfying(Due.class, due -> {
            assertThat(due.model().getSpec().digest()).isEqualTo("sha256:550");
            assertThat(due.model().getSpec().sizeBytes()).isEqualTo(1000);
        });
    }

    @Test
    void training_that_never_reported_a_checkpoint_has_nothing_to_publish() {
        assertThat(Publication.of(seen(complete, Optional.empty(), Optional.empty())))
                .isEqualTo(new NothingToPublish("tiny-model"));
    }

    @Test
    void a_model_that_a_user_made_is_not_touched() {
        var users = Jobs.model("{name: tiny-model, namespace: research}", "pvc://mine/weights");

        assertThat(Publication.of(seen(complete, Optional.of(Jobs.checkpoint(600, 1)), Optional.of(users))))
                .isEqualTo(new NameTaken("tiny-model", Optional.empty()));
    }

    @Test
    void a_model_of_another_job_is_not_touched_and_this_is_said_before_training_ends() {
        var others = Jobs.model(
                "{name: tiny-model, namespace: research, labels: {plinth.dev/job: other}}", "pvc://mine/weights");

        assertThat(Publication.of(seen(Jobs.running(job), Optional.empty(), Optional.of(others))))
                .isEqualTo(new NameTaken("tiny-model", Optional.of("other")));
    }

    @Test
    void a_model_that_names_the_newest_checkpoint_is_done() {
        var checkpoint = Jobs.checkpoint(600, 1);
        var published = published(checkpoint);

        assertThat(Publication.of(seen(complete, Optional.of(checkpoint), Optional.of(published))))
                .isEqualTo(new Done("tiny-model", "pvc://shared/tiny/job-1/step-600-g1"));
    }

    @Test
    void what_is_known_less_well_after_a_restart_does_not_replace_a_published_model() {
        var published = published(Jobs.checkpoint(600, 1));
        job.setStatus(statusWith(new TrainingJobStatus.Checkpoint(600, 1, "step-600-g1", null, null, NOW)));

        assertThat(Publication.of(seen(complete, Optional.empty(), Optional.of(published))))
                .isInstanceOf(Done.class);
    }

    @Test
    void a_job_made_again_under_the_same_name_replaces_the_model_of_its_predecessor() {
        var checkpoint = Jobs.checkpoint(600, 1);
        var published = published(checkpoint);
        published.getMetadata().getAnnotations().put(Publication.JOB_UID, "job-0");

        assertThat(Publication.of(seen(complete, Optional.of(checkpoint), Optional.of(published))))
                .isInstanceOfSatisfying(
                        Due.class, due -> assertThat(due.create()).isFalse());
    }

    private Model published(Checkpoint checkpoint) {
        return ((Due) Publication.of(seen(complete, Optional.of(checkpoint), Optional.empty()))).model();
    }

    private Observed seen(Gang gang, Optional<Checkpoint> reported, Optional<Model> model) {
        var reports = new GangReports(1, Optional.empty(), Optional.empty(), Optional.empty(), reported);
        return new Observed(
                job, Optional.of(gang), Optional.of(reports), false, model, Optional.empty(), new JobPlan.NotAsked());
    }

    private static String uri(Publication publication) {
        return ((Due) publication).model().getSpec().source().uri();
    }

    private TrainingJobStatus statusWith(TrainingJobStatus.Checkpoint checkpoint) {
        return new TrainingJobStatus(
                1L, List.of(), null, null, null, null, null, null, null, checkpoint, null, null, null, null, null);
    }
}
