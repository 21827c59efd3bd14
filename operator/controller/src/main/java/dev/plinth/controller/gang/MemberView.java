package dev.plinth.controller.gang;

import dev.plinth.controller.cluster.PodFacts;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One member as it was found.
 *
 * @param incarnation that should exist
 * @param pod of that incarnation, if there is one
 * @param former pods of earlier incarnations that are still there
 */
record MemberView(int index, int incarnation, Optional<Pod> pod, List<Pod> former) {

    boolean absent() {
        return pod.isEmpty();
    }

    boolean leaving() {
        return pod.filter(MemberView::leaving).isPresent();
    }

    boolean succeeded() {
        return phaseIs("Succeeded");
    }

    boolean failed() {
        return phaseIs("Failed");
    }

    boolean running() {
        return phaseIs("Running") && !leaving();
    }

    boolean ready() {
        return running()
                && condition("Ready")
                        .filter(ready -> "True".equals(ready.getStatus()))
                        .isPresent();
    }

    /** Whether the scheduler has bound it to its node. */
    boolean bound() {
        return pod.map(member -> member.getSpec().getNodeName())
                .filter(name -> !name.isEmpty())
                .isPresent();
    }

    Optional<String> node() {
        return pod.flatMap(PodFacts::node);
    }

    /** When its container started, by the clock of its node. */
    Optional<Instant> runningSince() {
        return containers().stream()
                .map(ContainerStatus::getState)
                .flatMap(state -> Optional.ofNullable(state).map(ContainerState::getRunning).stream())
                .flatMap(running -> Optional.ofNullable(running.getStartedAt()).stream())
                .map(Instant::parse)
                .findFirst();
    }

    /** How the container ended; empty if it did not, or if the node ended it before it ran. */
    Optional<ContainerStateTerminated> ending() {
        return containers().stream()
                .map(ContainerStatus::getState)
                .flatMap(state -> Optional.ofNullable(state).map(ContainerState::getTerminated).stream())
                .findFirst();
    }

    /** How the container ended the last time, if its node starts it again. */
    Optional<ContainerStateTerminated> lastEnding() {
        return containers().stream()
                .map(ContainerStatus::getLastState)
                .flatMap(state -> Optional.ofNullable(state).map(ContainerState::getTerminated).stream())
                .findFirst();
    }

    /** Why the container does not run yet, in the kubelet's words, such as {@code ImagePullBackOff}. */
    Optional<ContainerStateWaiting> waiting() {
        return containers().stream()
                .map(ContainerStatus::getState)
                .flatMap(state -> Optional.ofNullable(state).map(ContainerState::getWaiting).stream())
                .findFirst();
    }

    /** Why the scheduler does not bind it. */
    Optional<PodCondition> unschedulable() {
        return condition("PodScheduled").filter(scheduled -> "False".equals(scheduled.getStatus()));
    }

    /** The address under which peers reach it. */
    Optional<String> address() {
        return pod.map(Pod::getStatus).map(status -> status.getPodIP()).filter(address -> !address.isEmpty());
    }

    static boolean leaving(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    private List<ContainerStatus> containers() {
        return pod.map(Pod::getStatus)
                .map(status -> status.getContainerStatuses())
                .orElse(List.of());
    }

    private Optional<PodCondition> condition(String type) {
        return pod.map(Pod::getStatus).stream()
                .flatMap(status -> status.getConditions().stream())
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    private boolean phaseIs(String phase) {
        return pod.map(Pod::getStatus)
                .filter(status -> phase.equals(status.getPhase()))
                .isPresent();
    }
}
