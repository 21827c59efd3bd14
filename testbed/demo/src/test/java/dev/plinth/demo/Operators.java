package dev.plinth.demo;

import dev.plinth.testbed.LocalCluster;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** The operator's pods: which of them leads, and its sudden death. */
final class Operators {
    private static final String NAMESPACE = "plinth-system";
    private static final String NAME = "plinth-operator";

    private final LocalCluster cluster;

    Operators(LocalCluster cluster) {
        this.cluster = cluster;
    }

    List<Pod> pods() {
        return cluster.client()
                .pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/name", NAME)
                .list()
                .getItems();
    }

    /** The pod that holds the lease, if it lives. */
    Optional<Pod> leader() {
        return Optional.ofNullable(cluster.client()
                        .leases()
                        .inNamespace(NAMESPACE)
                        .withName(NAME)
                        .get())
                .map(lease -> lease.getSpec().getHolderIdentity())
                .flatMap(holder -> pods().stream()
                        .filter(pod -> pod.getMetadata().getName().equals(holder))
                        .findFirst());
    }

    Pod awaitLeader() {
        Awaitility.await("an operator leads").atMost(RealCluster.PATIENCE).until(() -> leader().isPresent());
        return leader().orElseThrow();
    }

    /** SIGKILL, wherever it is with its work. */
    void killLeader() {
        kill(awaitLeader());
    }

    /** SIGKILL to all of them, so that only a restart brings one back. */
    void killAll() {
        pods().forEach(this::kill);
    }

    private void kill(Pod operator) {
        operator.getStatus().getContainerStatuses().stream()
                .filter(status -> status.getState().getRunning() != null)
                .map(ContainerStatus::getContainerID)
                .forEach(id -> cluster.killContainer(operator.getSpec().getNodeName(), id));
    }

    /** Has the next one take over, as an update of the operator would. */
    void handOver() {
        var before = awaitLeader().getMetadata().getName();
        cluster.client().pods().inNamespace(NAMESPACE).withName(before).delete();
        Awaitility.await("another operator leads")
                .atMost(RealCluster.PATIENCE)
                .until(() -> leader().filter(pod -> !pod.getMetadata().getName().equals(before))
                        .isPresent());
        awaitTwoReady();
    }

    /** Replaces those that died, so that kubelet's patience with them begins anew, and returns when two are ready. */
    void renew() {
        pods().stream()
                .filter(pod -> pod.getStatus().getContainerStatuses().stream()
                        .anyMatch(status -> status.getRestartCount() > 0))
                .forEach(pod -> cluster.client().resource(pod).delete());
        awaitTwoReady();
    }

    private void awaitTwoReady() {
        Awaitility.await("two operators are ready")
                .atMost(RealCluster.PATIENCE)
                .until(() -> pods().size() == 2
                        && pods().stream()
                                .allMatch(pod ->
                                        pod.getMetadata().getDeletionTimestamp() == null && Readiness.isPodReady(pod)));
    }
}
