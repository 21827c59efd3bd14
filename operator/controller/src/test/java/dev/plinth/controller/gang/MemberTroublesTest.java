package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec.Formation;
import dev.plinth.api.v1alpha1.GangStatus.MemberException;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.Owners;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemberTroublesTest {

    @Test
    void an_image_that_cannot_be_had_is_one_trouble_with_what_to_do() {
        for (var reason : List.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName")) {
            var troubles = MemberTroubles.of(view("Pending", waiting(reason, "no such image"), nothing()));

            assertThat(troubles)
                    .containsExactly(
                            new MemberException(
                                    0,
                                    "ImagePullBackOff",
                                    "no such image; correct the image in the template, or see to it that the node may pull it"));
        }
    }

    @Test
    void an_init_container_whose_image_cannot_be_had_is_the_trouble_of_its_member() {
        var pod = new PodBuilder()
                .withNewSpec()
                .withNodeName("n1")
                .endSpec()
                .withNewMetadata()
                .endMetadata()
                .withNewStatus()
                .withPhase("Pending")
                .withInitContainerStatuses(container(waiting("ErrImagePull", "no such image"), nothing()))
                .withContainerStatuses(container(waiting("PodInitializing", ""), nothing()))
                .endStatus()
                .build();

        assertThat(MemberTroubles.of(new MemberView(0, 0, Optional.of(pod), List.of())))
                .map(MemberException::reason)
                .contains("ImagePullBackOff");
    }

    @Test
    void a_container_that_is_being_created_is_no_trouble() {
        assertThat(MemberTroubles.of(view("Pending", waiting("ContainerCreating", ""), nothing())))
                .isEmpty();
    }

    @Test
    void a_container_that_its_node_starts_again_and_again_is_told_by_its_last_words() {
        var troubles = MemberTroubles.of(
                view("Running", waiting("CrashLoopBackOff", "back-off 10s"), ended(137, "OOMKilled", "")));

        assertThat(troubles)
                .containsExactly(new MemberException(
                        0,
                        "CrashLoopBackOff",
                        "back-off 10s; exit code 137 (OOMKilled); see kubectl logs train-0-0 --namespace ml"));
    }

    @Test
    void a_container_that_was_killed_for_memory_is_a_trouble_also_while_it_starts_again() {
        var running = new ContainerStateBuilder().withNewRunning().endRunning().build();

        for (var view : List.of(
                view("Running", ended(137, "OOMKilled", ""), nothing()),
                view("Running", running, ended(137, "OOMKilled", "")))) {
            assertThat(MemberTroubles.of(view))
                    .extracting(MemberException::reason)
                    .containsExactly("OOMKilled");
        }
        assertThat(MemberTroubles.of(view("Running", running, ended(1, "Error", ""))))
                .isEmpty();
    }

    @Test
    void of_many_last_words_the_last_line_counts() {
        var failed = view("Failed", ended(1, "Error", "Traceback:\n  at x\nValueError: no data\n\n"), nothing());

        assertThat(MemberTroubles.whereToLook(failed))
                .isEqualTo("; member 0: exit code 1: ValueError: no data; see kubectl logs train-0-0 --namespace ml");
    }

    @Test
    void a_pod_that_its_node_would_not_admit_is_told_by_the_reason_and_the_words_of_the_node() {
        var member = ended("OutOfcpu", "Node didn't have enough resource: cpu");

        assertThat(member.rejection()).contains("OutOfcpu: Node didn't have enough resource: cpu");
        assertThat(MemberTroubles.failure(member)).isEqualTo("OutOfcpu: Node didn't have enough resource: cpu");
    }

    @Test
    void a_pod_that_its_node_ended_for_its_own_needs_was_not_rejected() {
        for (var reason : List.of("Evicted", "Preempting", "NodeShutdown", "Terminated", "Shutdown")) {
            assertThat(ended(reason, "The node was low on resource: memory").rejection())
                    .isEmpty();
        }
        assertThat(ended(null, null).rejection()).isEmpty();
    }

    @Test
    void an_init_container_that_fails_is_the_failure_of_its_member() {
        var member = new MemberView(
                0,
                0,
                Optional.of(new PodBuilder()
                        .withNewStatus()
                        .withPhase("Failed")
                        .withInitContainerStatuses(container(ended(2, "Error", "no data"), nothing()))
                        .withContainerStatuses(container(waiting("PodInitializing", ""), nothing()))
                        .endStatus()
                        .build()),
                List.of());

        assertThat(MemberTroubles.failure(member)).isEqualTo("exit code 2: no data");
    }

    @SuppressWarnings("NullAway") // A pod may have neither.
    private static MemberView ended(@Nullable String reason, @Nullable String message) {
        var pod = new PodBuilder()
                .withNewStatus()
                .withPhase("Failed")
                .withReason(reason)
                .withMessage(message)
                .endStatus()
                .build();
        return new MemberView(0, 0, Optional.of(pod), List.of());
    }

    private static ContainerStatus container(ContainerState state, ContainerState before) {
        return new ContainerStatusBuilder()
                .withName("member")
                .withState(state)
                .withLastState(before)
                .build();
    }

    private static ContainerState waiting(String reason, String message) {
        return new ContainerStateBuilder().withNewWaiting(message, reason).build();
    }

    private static ContainerState ended(int exitCode, String reason, String message) {
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(exitCode)
                .withReason(reason)
                .withMessage(message)
                .endTerminated()
                .build();
    }

    private static ContainerState nothing() {
        return new ContainerState();
    }

    /** A gang of one whose container is in this state, and was in that before. */
    private static GangView view(String phase, ContainerState state, ContainerState before) {
        Gang gang = Gangs.of("ml", "train", 1, 8);
        gang.getMetadata().setUid("gang-1");
        var pod = new PodBuilder()
                .withNewMetadata()
                .withName("train-0-0")
                .withNamespace("ml")
                .addToLabels(Labels.MEMBER_INDEX, "0")
                .addToLabels(Labels.INCARNATION, "0")
                .withOwnerReferences(Owners.controlledBy(gang))
                .endMetadata()
                .withNewSpec()
                .withNodeName("n1")
                .endSpec()
                .withNewStatus()
                .withPhase(phase)
                .withContainerStatuses(container(state, before))
                .endStatus()
                .build();
        return GangView.of(gang, Formation.FIRST, List.of(pod));
    }
}
