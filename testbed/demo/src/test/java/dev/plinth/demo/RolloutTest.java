package dev.plinth.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

class RolloutTest {
    @Test
    void aPodWhoseImageCannotBePulledIsWaitedForInVain() {
        var pod = waiting("ImagePullBackOff", "no such host", 0);
        assertThat(Rollout.inVain(pod)).contains("ImagePullBackOff of operator-1");
        assertThat(Rollout.state(pod)).isEqualTo("operator-1 on real-a: ImagePullBackOff, no such host");
    }

    @Test
    void aPodMayCrashAtFirstButNotAgainAndAgain() {
        assertThat(Rollout.inVain(waiting("CrashLoopBackOff", "back-off 10s", 1)))
                .isEmpty();
        assertThat(Rollout.inVain(waiting("CrashLoopBackOff", "back-off 20s", 2)))
                .contains("CrashLoopBackOff of operator-1");
    }

    @Test
    void aPodThatStartsIsWaitedFor() {
        assertThat(Rollout.inVain(waiting("ContainerCreating", "", 0))).isEmpty();
        var scheduled = new PodBuilder()
                .withNewMetadata()
                .withName("operator-1")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
        assertThat(Rollout.inVain(scheduled)).isEmpty();
        assertThat(Rollout.state(scheduled)).isEqualTo("operator-1: Pending, not ready yet");
    }

    @Test
    void aPodThatCrashedIsToldWithTheStatusItEndedWith() {
        var pod = waiting("CrashLoopBackOff", "back-off 40s", 3);
        pod.getStatus()
                .getContainerStatuses()
                .getFirst()
                .setLastState(new ContainerStatusBuilder()
                        .withNewState()
                        .withNewTerminated()
                        .withExitCode(1)
                        .endTerminated()
                        .endState()
                        .build()
                        .getState());
        assertThat(Rollout.state(pod))
                .isEqualTo("operator-1 on real-a: CrashLoopBackOff, back-off 40s"
                        + " (restarts: 3; the last run ended with status 1)");
    }

    @Test
    void theLastErrorOfALogIsToldWithItsFirstCause() {
        assertThat(OperatorLog.lastError("""
                        {"level":"INFO","message":"starting"}
                        {"level":"ERROR","message":"first"}
                        {"level":"ERROR","message":"Failed to start application","exception":{"message":"outer","causedBy":{"exception":{"exceptionType":"X","message":"no CRD"}}}}
                        {"level":"INFO","message":"ending"}
                        """)).contains("Failed to start application: X: no CRD");
    }

    @Test
    void aLogWithoutAnErrorIsToldByItsLastLineAndAnEmptyOneNotAtAll() {
        assertThat(OperatorLog.lastError("Error: Could not find or load main class X\n\n"))
                .contains("Error: Could not find or load main class X");
        assertThat(OperatorLog.lastError("")).isEmpty();
    }

    private static Pod waiting(String reason, String message, int restarts) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("operator-1")
                .endMetadata()
                .withNewSpec()
                .withNodeName("real-a")
                .endSpec()
                .withNewStatus()
                .addNewContainerStatus()
                .withReady(false)
                .withRestartCount(restarts)
                .withNewState()
                .withNewWaiting(message, reason)
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();
    }
}
