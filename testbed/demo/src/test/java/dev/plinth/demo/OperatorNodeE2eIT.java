package dev.plinth.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
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
    /** The only rack with two real nodes, which the sample prefers to spreading over two. */
    private static final String RACK = "rack-real";

    @BeforeEach
    void knowTheUndisturbedEnd(RealCluster cluster) {
        Undisturbed.weights(cluster);
    }

    @Test
    void theOtherOperatorRepairsTheJob(RealCluster cluster) {
        if (!leaderNode(cluster).getMetadata().getLabels().containsValue(RACK)) {
            cluster.operators().handOver();
        }
        var run = TrainingRun.begin(cluster, "operator-node", Undisturbed.STEPS);
        run.awaitCheckpoint();
        var node = leaderNode(cluster).getMetadata().getName();
        assertThat(run.pods())
                .extracting(pod -> pod.getSpec().getNodeName())
                .as("a worker is there")
                .contains(node);
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

    private static Node leaderNode(RealCluster cluster) {
        var name = cluster.operators().awaitLeader().getSpec().getNodeName();
        return cluster.client().nodes().withName(name).require();
    }

    private static double seconds(Instant from, @Nullable Instant to) {
        return Duration.between(from, Objects.requireNonNull(to)).toMillis() / 1000.0;
    }
}
