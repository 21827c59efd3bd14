package dev.plinth.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The leading operator is killed (SIGKILL) in each phase of a job. */
@Tag("long")
@EnabledIf("dev.plinth.testbed.process.Commands#root")
@ExtendWith(RealCluster.Extension.class)
class OperatorCrashE2eIT {

    /** When it is killed. */
    enum Phase {
        WHILE_PODS_START(TrainingRun::awaitPods),
        WHILE_TRAINING(TrainingRun::awaitCheckpoint),
        WHILE_A_LOSS_IS_REPAIRED(run -> {
            run.awaitCheckpoint();
            run.deletePod(1);
            run.awaitGeneration(2);
        }),
        WHILE_PUBLISHING(TrainingRun::awaitLastWord);

        private final Consumer<TrainingRun> arrival;

        Phase(Consumer<TrainingRun> arrival) {
            this.arrival = arrival;
        }

        String job() {
            return "crash-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @BeforeEach
    void knowTheUndisturbedEnd(RealCluster cluster) {
        Undisturbed.weights(cluster);
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void theLeaderDies(Phase phase, RealCluster cluster) {
        var run = TrainingRun.begin(cluster, phase.job(), Undisturbed.STEPS);
        phase.arrival.accept(run);
        cluster.operators().killLeader();

        Undisturbed.isTheEndOf(run, cluster);
        assertThat(run.generation())
                .as("nothing is repaired that was not broken")
                .isEqualTo(phase == Phase.WHILE_A_LOSS_IS_REPAIRED ? 2 : 1);
    }

    @Test
    void theLeaderIsDeadWhenTheJobIsApplied(RealCluster cluster) {
        cluster.operators().killLeader();
        var run = TrainingRun.begin(cluster, "crash-before-placing", Undisturbed.STEPS);

        Undisturbed.isTheEndOf(run, cluster);
    }

    @Test
    void aLeaderThatLosesItsLeaseEndsAndStandsByAgain(RealCluster cluster) {
        var leader = cluster.operators().awaitLeader();
        cluster.operators().stealLease();

        cluster.operators().awaitRestart(leader);
        cluster.operators().awaitLeader();
    }

    @Test
    void allOperatorsDieWhileTraining(RealCluster cluster) {
        var run = TrainingRun.begin(cluster, "crash-all", Undisturbed.STEPS);
        run.awaitCheckpoint();
        cluster.operators().killAll();

        Undisturbed.isTheEndOf(run, cluster);
        assertThat(run.generation()).isEqualTo(1);
    }
}
