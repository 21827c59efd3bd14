package dev.plinth.demo;

import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Waits until the operator's pods are ready; when they cannot be, says so at once, with what they are at and what they complained of. */
final class Rollout {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    /** One crash may be of the moment, as when the API server does not answer yet. */
    private static final int CRASHES = 3;
    /** Reasons to wait that do not pass: images come from nowhere but the nodes themselves. */
    private static final Set<String> FOR_GOOD =
            Set.of("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName");

    private final KubernetesClient client;
    private final Progress progress;

    Rollout(KubernetesClient client, Progress progress) {
        this.client = client;
        this.progress = progress;
    }

    /** @throws TestbedException if they are not ready in time, or will never be */
    void await(Duration atMost) throws InterruptedException {
        long begin = System.nanoTime();
        long end = begin + atMost.toNanos();
        while (!ready()) {
            List<Pod> pods = Operators.pods(client);
            Optional<String> inVain =
                    pods.stream().flatMap(pod -> inVain(pod).stream()).findFirst();
            if (inVain.isPresent()) {
                throw failure(inVain.get(), pods);
            }
            if (System.nanoTime() > end) {
                throw failure("not ready after %d s".formatted(atMost.toSeconds()), pods);
            }
            progress.now("waiting for the operator's pods: %s, %d s"
                    .formatted(
                            pods.stream().map(Rollout::reason).collect(Collectors.joining("; ")),
                            Duration.ofNanos(System.nanoTime() - begin).toSeconds()));
            Thread.sleep(LOOK_EVERY);
        }
    }

    private boolean ready() {
        return client.apps()
                .deployments()
                .inNamespace(Operators.NAMESPACE)
                .withName(Operators.NAME)
                .isReady();
    }

    private TestbedException failure(String why, List<Pod> pods) {
        var lines = Stream.of(
                Stream.of("the operator does not become ready: " + why),
                pods.stream().map(pod -> "  " + state(pod)),
                pods.stream().flatMap(pod -> complaint(pod).stream()).limit(1));
        return new TestbedException(lines.flatMap(each -> each).collect(Collectors.joining(System.lineSeparator())));
    }

    /** The last error in the log of a pod's container, or of the one that crashed before it. */
    private Optional<String> complaint(Pod pod) {
        var resource = client.pods().resource(pod);
        var logs = read(() -> resource.terminated().getLog()) + "\n" + read(resource::getLog);
        return OperatorLog.lastError(logs)
                .map(error -> "  last error in the log of %s: %s"
                        .formatted(pod.getMetadata().getName(), error));
    }

    private static String read(Supplier<String> log) {
        try {
            return log.get();
        } catch (KubernetesClientException none) {
            return ""; // A container that has not started yet, or has not crashed.
        }
    }

    /** Why a pod will never be ready, if that is certain. */
    static Optional<String> inVain(Pod pod) {
        return container(pod)
                .filter(status -> waiting(status)
                        .filter(waiting -> FOR_GOOD.contains(waiting.getReason())
                                || waiting.getReason().equals("CrashLoopBackOff")
                                        && status.getRestartCount() + 1 >= CRASHES)
                        .isPresent())
                .map(status -> "%s of %s"
                        .formatted(
                                waiting(status).orElseThrow().getReason(),
                                pod.getMetadata().getName()));
    }

    /** What a pod is at, in one line. */
    static String state(Pod pod) {
        var status = container(pod);
        var line = new StringBuilder(pod.getMetadata().getName());
        Optional.ofNullable(pod.getSpec().getNodeName())
                .ifPresent(node -> line.append(" on ").append(node));
        line.append(": ").append(reason(pod));
        status.flatMap(Rollout::waiting)
                .map(ContainerStateWaiting::getMessage)
                .ifPresent(message -> line.append(", ").append(message));
        status.map(ContainerStatus::getLastState)
                .map(ContainerState::getTerminated)
                .map(ContainerStateTerminated::getExitCode)
                .ifPresent(exit -> line.append(" (restarts: %d; the last run ended with status %d)"
                        .formatted(status.orElseThrow().getRestartCount(), exit)));
        return line.toString();
    }

    private static String reason(Pod pod) {
        var status = container(pod);
        return status.map(ContainerStatus::getReady).orElse(false)
                ? "ready"
                : status.flatMap(Rollout::waiting)
                        .map(ContainerStateWaiting::getReason)
                        .orElseGet(() -> phase(pod) + restarts(status));
    }

    private static String restarts(Optional<ContainerStatus> status) {
        return status.map(ContainerStatus::getRestartCount)
                .filter(restarts -> restarts > 0)
                .map(restarts -> ", restarts: " + restarts)
                .orElse("");
    }

    private static String phase(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getPhase).orElse("Pending") + ", not ready yet";
    }

    private static Optional<ContainerStatus> container(Pod pod) {
        return Optional.ofNullable(pod.getStatus())
                .flatMap(status -> status.getContainerStatuses().stream().findFirst());
    }

    private static Optional<ContainerStateWaiting> waiting(ContainerStatus status) {
        return Optional.ofNullable(status.getState()).map(ContainerState::getWaiting);
    }
}
