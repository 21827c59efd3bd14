package dev.plinth.controller.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.controller.report.GangReports.Checkpoint;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FarewellTest {

    private static final String FINISHED_AT = "2026-03-04T05:06:07Z";
    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    @Test
    void the_termination_message_of_a_pod_that_succeeded_names_the_final_checkpoint() {
        var message = """
                {"checkpoint":{"step":600,"generation":2,"path":"step-600-g2","bytes":77,"digest":"%s","final":true}}
                """.formatted(DIGEST);

        assertThat(Farewell.among(List.of(pod(1, "out of memory"), pod(0, message))))
                .contains(new Checkpoint(
                        600, 2, "step-600-g2", 77, Optional.of(DIGEST), true, Instant.parse(FINISHED_AT)));
    }

    @Test
    void a_pod_that_failed_has_no_final_checkpoint_whatever_it_says() {
        assertThat(Farewell.among(List.of(pod(1, "{\"checkpoint\":{\"step\":5,\"path\":\"x\"}}"))))
                .isEmpty();
    }

    @Test
    void other_last_words_are_passed_over() {
        assertThat(Farewell.among(List.of(pod(0, "bye"), pod(0, "{\"checkpoint\":7}"), pod(0, "[]"), pod(0, ""))))
                .isEmpty();
    }

    @Test
    void a_checkpoint_outside_the_folder_of_the_job_is_passed_over() {
        assertThat(Farewell.among(List.of(pod(0, "{\"checkpoint\":{\"step\":5,\"path\":\"../other/step-5-g1\"}}"))))
                .isEmpty();
    }

    private static Pod pod(int exitCode, String message) {
        return new PodBuilder()
                .withNewStatus()
                .addNewContainerStatus()
                .withNewState()
                .withNewTerminated()
                .withExitCode(exitCode)
                .withFinishedAt(FINISHED_AT)
                .withMessage(message)
                .endTerminated()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();
    }
}
