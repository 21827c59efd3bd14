package dev.plinth.demo;

import dev.plinth.testbed.LocalCluster;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** The operators of a cluster under test: their sudden death, and their return. */
final class OperatorCrew {
    private final LocalCluster cluster;

    OperatorCrew(LocalCluster cluster) {
        this.cluster = cluster;
    }

    private List<Pod> pods() {
        return Operators.pods(cluster.client());
    }

    private Optional<Pod> leader() {
        return Operators.leader(cluster.client());
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

    /** Gives the lease to somebody who does not exist, as if the leader had been away for too long. */
    void stealLease() {
        cluster.client()
                .leases()
                .inNamespace(Operators.NAMESPACE)
                .withName(Operators.NAME)
                .edit(lease -> new LeaseBuilder(lease)
                        .editSpec()
                        .withHolderIdentity("nobody")
                        .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
                        .endSpec()
                        .build());
    }

    void awaitRestart(Pod operator) {
        Awaitility.await("the process of %s begins anew"
                        .formatted(operator.getMetadata().getName()))
                .atMost(RealCluster.PATIENCE)
                .until(() -> cluster.client().resource(operator).get().getStatus().getContainerStatuses().stream()
                        .anyMatch(status -> status.getRestartCount() == 1 && status.getReady()));
    }

    /** Has the next one take over, as an update of the operator would. */
    void handOver() {
        var before = awaitLeader().getMetadata().getName();
        cluster.client()
                .pods()
                .inNamespace(Operators.NAMESPACE)
                .withName(before)
                .delete();
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
