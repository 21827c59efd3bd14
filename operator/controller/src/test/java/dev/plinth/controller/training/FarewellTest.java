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

    @Test
    void the_termination_message_of_a_pod_that_succeeded_names_the_final_checkpoint() {
        var message = """
                {"checkpoint":{"step":600,"generation":2,"path":"step-600-g2","bytes":77,"digest":"sha256:ab","final":true}}
                """;

        assertThat(Farewell.among(List.of(pod(1, "out of memory"), pod(0, message))))
                .contains(new Checkpoint(
                        600, 2, "step-600-g2", 77, Optional.of("sha256:ab"), true, Instant.parse(FINISHED_AT)));
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
