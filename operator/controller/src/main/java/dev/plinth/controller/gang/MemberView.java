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
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One member as it was found.
 *
 * @param incarnation that should exist
 * @param pod of that incarnation, if there is one
 * @param former pods of earlier incarnations that are still there
 */
record MemberView(int index, int incarnation, Optional<Pod> pod, List<Pod> former) {

    /**
     * Why a node ends pods that it had nothing against: pkg/kubelet/eviction, preemption and nodeshutdown of Kubernetes. All
     * other reasons of a pod that failed without a process are the node's refusal to admit it.
     */
    private static final Set<String> NEEDS_OF_THE_NODE =
            Set.of("Evicted", "Preempting", "NodeShutdown", "Terminated", "Shutdown", "NodeLost");

    /** The same member as it will be once it is replaced. */
    MemberView next() {
        return new MemberView(index, incarnation + 1, pod, former);
    }

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

    /** How a container failed; empty if none did, or if the node ended the pod before it ran. */
    Optional<ContainerStateTerminated> ending() {
        return allContainers()
                .map(ContainerStatus::getState)
                .flatMap(state -> Optional.ofNullable(state).map(ContainerState::getTerminated).stream())
                .filter(end -> end.getExitCode() != 0)
                .findFirst();
    }

    /** Why its node would not admit the pod, in the node's words; empty if it did, or ended it for its own needs. */
    Optional<String> rejection() {
        return pod.map(Pod::getStatus)
                .filter(status -> failed() && ending().isEmpty())
                .filter(status -> status.getReason() != null && !NEEDS_OF_THE_NODE.contains(status.getReason()))
                .filter(status -> condition("DisruptionTarget")
                        .filter(disrupted -> "True".equals(disrupted.getStatus()))
                        .isEmpty())
                .map(status -> status.getReason()
                        + Optional.ofNullable(status.getMessage())
                                .map(": "::concat)
                                .orElse(""));
    }

    /** How the container ended the last time, if its node starts it again. */
    Optional<ContainerStateTerminated> lastEnding() {
        return containers().stream()
                .map(ContainerStatus::getLastState)
                .flatMap(state -> Optional.ofNullable(state).map(ContainerState::getTerminated).stream())
                .findFirst();
    }

    /** Why a container does not run yet, in the kubelet's words, such as {@code ImagePullBackOff}. */
    Optional<ContainerStateWaiting> waiting(Predicate<ContainerStateWaiting> wanted) {
        return allContainers()
                .map(ContainerStatus::getState)
                .flatMap(state -> Optional.ofNullable(state).map(ContainerState::getWaiting).stream())
                .filter(wanted)
                .findFirst();
    }

    /** Since when its node has not been able to prepare what its containers need: volumes, network. */
    Optional<Instant> unpreparedSince() {
        return condition("PodReadyToStartContainers")
                .filter(ready -> bound() && !leaving() && phaseIs("Pending"))
                .filter(ready -> "False".equals(ready.getStatus()) && ready.getLastTransitionTime() != null)
                .map(ready -> Instant.parse(ready.getLastTransitionTime()));
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

    /** Those of the pod's life first, then those that prepare it. */
    private Stream<ContainerStatus> allContainers() {
        return Stream.concat(
                containers().stream(),
                pod.map(Pod::getStatus).stream().flatMap(status -> status.getInitContainerStatuses().stream()));
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
