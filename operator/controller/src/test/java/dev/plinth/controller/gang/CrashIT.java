package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plinth.controller.GangOperator;
import dev.plinth.controller.SimulatedCluster;
import dev.plinth.controller.kubernetes.Labels;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operator ends between any two of its writes, and the next one finishes the same plan. */
class CrashIT {
    @RegisterExtension
    static final SimulatedCluster CLUSTER = new SimulatedCluster();

    private static final LiveGangs GANGS = new LiveGangs(CLUSTER);

    /** More than a gang of two takes to be placed, to lose a member and to be whole again. */
    private static final int WRITES = 20;

    static IntStream everyWrite() {
        return IntStream.rangeClosed(1, WRITES);
    }

    @ParameterizedTest
    @MethodSource("everyWrite")
    void theNextLeaderFinishesThePlanOfOneThatEndedAfterWrite(int last) {
        var namespace = CLUSTER.namespace();
        var mortal = new MortalWriter(last);
        var first = new GangOperator(CLUSTER.newClient(), mortal::around);
        GangOperator second = null;
        try {
            CLUSTER.client().resource(Gangs.of(namespace, "plan", 2, 8)).create();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> mortal.isDead() || GANGS.isRunning(namespace, "plan", 1));
            if (mortal.isDead()) {
                first.close();
                second = new GangOperator(CLUSTER.newClient(), UnaryOperator.identity());
                await().atMost(Duration.ofSeconds(60)).until(() -> GANGS.isRunning(namespace, "plan", 1));
            }
            GANGS.end(namespace, "plan-0-0", 1);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> mortal.isDead() || GANGS.isRunning(namespace, "plan", 2));
            if (mortal.isDead() && second == null) {
                first.close();
                second = new GangOperator(CLUSTER.newClient(), UnaryOperator.identity());
            }

            GANGS.awaitPods(namespace, "plan", "plan-0-0", "plan-0-1", "plan-1-0");
            await().atMost(Duration.ofSeconds(60)).until(() -> GANGS.isRunning(namespace, "plan", 2));
            assertThat(GANGS.gang(namespace, "plan")
                            .getSpec()
                            .formationOrFirst()
                            .restarts())
                    .isEqualTo(1);
            assertThat(GANGS.pods(namespace, "plan").getFirst().getMetadata().getLabels())
                    .containsEntry(Labels.IN_SERVICE, Labels.NO);
        } finally {
            if (!mortal.isDead() || second == null) {
                first.close();
            }
            if (second != null) {
                second.close();
            }
        }
    }

    @Test
    void aChangeOfTheSpecThatLandsBetweenOurReadAndOurStatusIsSeen() {
        var namespace = CLUSTER.namespace();
        var meddler = new MeddlingWriter(() -> CLUSTER.client()
                .resources(dev.plinth.api.v1alpha1.Gang.class)
                .inNamespace(namespace)
                .withName("meddled")
                .edit(Gangs::withOneMoreRestart));
        try (var operator = new GangOperator(CLUSTER.newClient(), meddler::around)) {
            assertThat(operator.reports()).isNotNull();
            CLUSTER.client().resource(Gangs.of(namespace, "meddled", 1, 1)).create();

            await().atMost(Duration.ofSeconds(20)).until(() -> {
                var gang = GANGS.gang(namespace, "meddled");
                return meddler.hasMeddled()
                        && gang.reported()
                                .filter(status ->
                                        gang.getMetadata().getGeneration().equals(status.observedGeneration()))
                                .isPresent()
                        && gang.getMetadata().getGeneration() > 1;
            });
        }
    }
}
