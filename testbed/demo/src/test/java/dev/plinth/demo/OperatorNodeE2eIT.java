package dev.plinth.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/** One node is lost with the leading operator and a worker on it. */
@Tag("long")
@EnabledIf("dev.plinth.testbed.process.Commands#root")
@ExtendWith(RealCluster.Extension.class)
class OperatorNodeE2eIT {

    @BeforeEach
    void knowTheUndisturbedEnd(RealCluster cluster) {
        Undisturbed.weights(cluster);
    }

    @Test
    void theOtherOperatorRepairsTheJob(RealCluster cluster) {
        var run = TrainingRun.begin(cluster, "operator-node", Undisturbed.STEPS);
        run.awaitCheckpoint();
        if (!leadsBesideAWorker(run, cluster)) {
            // Two workers and two operators on three nodes: then the other one does.
            cluster.operators().handOver();
        }
        assertThat(leadsBesideAWorker(run, cluster)).isTrue();
        var node = cluster.operators().awaitLeader().getSpec().getNodeName();
        var lostAt = Instant.now();
        cluster.machine().killNode(node);

        Undisturbed.isTheEndOf(run, cluster);
        assertThat(run.generation()).isEqualTo(2);
        var repair = run.lastRecovery().orElseThrow();
        assertThat(repair.reason()).isEqualTo("NodeLost");
        assertThat(repair.node()).isEqualTo(node);
        System.out.printf(
                "node of leader and worker lost: noticed after %.1f s, training again after %.1f s%n",
                seconds(lostAt, repair.detectedAt()), seconds(lostAt, repair.resumedAt()));
    }

    private static boolean leadsBesideAWorker(TrainingRun run, RealCluster cluster) {
        var node = cluster.operators().awaitLeader().getSpec().getNodeName();
        return run.pods().stream().anyMatch(pod -> node.equals(pod.getSpec().getNodeName()));
    }

    private static double seconds(Instant from, @Nullable Instant to) {
        return Duration.between(from, Objects.requireNonNull(to)).toMillis() / 1000.0;
    }
}
