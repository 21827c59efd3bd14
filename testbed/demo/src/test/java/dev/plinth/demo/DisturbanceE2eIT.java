package dev.plinth.demo;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/** What administrators and users do to a cluster while a job runs. */
@Tag("long")
@EnabledIf("dev.plinth.testbed.process.Commands#root")
@ExtendWith(RealCluster.Extension.class)
class DisturbanceE2eIT {

    @BeforeEach
    void knowTheUndisturbedEnd(RealCluster cluster) {
        Undisturbed.weights(cluster);
    }

    @Test
    void theApiServerIsAwayForLongerThanTheLeaseOfTheLeader(RealCluster cluster) throws InterruptedException {
        var run = TrainingRun.begin(cluster, "api-server-restart", Undisturbed.STEPS);
        run.awaitCheckpoint();
        var before = run.pods().stream().map(DisturbanceE2eIT::uid).toList();
        cluster.machine().killApiServer();
        SECONDS.sleep(12);
        cluster.machine().startApiServer();

        Undisturbed.isTheEndOf(run, cluster);
        assertThat(run.pods()).extracting(DisturbanceE2eIT::uid).isEqualTo(before);
    }

    @Test
    void aPodIsDeletedByHand(RealCluster cluster) {
        var run = TrainingRun.begin(cluster, "pod-deleted", Undisturbed.STEPS);
        run.awaitCheckpoint();
        var survivor = uid(run.pod(0));
        run.deletePod(1);

        Undisturbed.isTheEndOf(run, cluster);
        assertThat(uid(run.pod(0))).isEqualTo(survivor);
        assertThat(run.lastRecovery().orElseThrow().reason()).isEqualTo("MemberGone");
        assertThat(run.generation()).isEqualTo(2);
    }

    @Test
    void aNodeIsDrained(RealCluster cluster) {
        var run = TrainingRun.begin(cluster, "node-drained", Undisturbed.STEPS);
        run.awaitCheckpoint();
        var node = run.pod(1).getSpec().getNodeName();
        cluster.kubectl("drain", node, "--delete-emptydir-data", "--timeout=120s");

        Undisturbed.isTheEndOf(run, cluster);
        assertThat(run.pod(1).getSpec().getNodeName()).isNotEqualTo(node);
        assertThat(run.generation()).isEqualTo(2);
    }

    private static String uid(Pod pod) {
        return pod.getMetadata().getUid();
    }
}
