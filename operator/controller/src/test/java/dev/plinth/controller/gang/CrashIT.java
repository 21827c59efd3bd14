package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plinth.api.v1alpha1.Gang;
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
import org.junit.jupiter.params.provider.ValueSource;

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

    /** A change of what the members run, carried out by an operator that ends after each of its writes in turn. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void theNextLeaderFinishesAChangeOfWhatMembersRun(int last) {
        var namespace = CLUSTER.namespace();
        try (var whole = new GangOperator(CLUSTER.newClient(), UnaryOperator.identity())) {
            CLUSTER.client()
                    .resource(Gangs.running(Gangs.of(namespace, "plan", 2, 8), "one"))
                    .create();
            await().atMost(Duration.ofSeconds(60)).until(() -> GANGS.isRunning(namespace, "plan", 1));
        }
        var mortal = new MortalWriter(last);
        try (var first = new GangOperator(CLUSTER.newClient(), mortal::around)) {
            CLUSTER.client()
                    .resources(Gang.class)
                    .inNamespace(namespace)
                    .withName("plan")
                    .edit(gang -> Gangs.running(gang, "two"));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> mortal.isDead() || GANGS.isRunning(namespace, "plan", 2));
        }
        try (var next = new GangOperator(CLUSTER.newClient(), UnaryOperator.identity())) {
            GANGS.awaitPods(namespace, "plan", "plan-0-1", "plan-1-1");
            await().atMost(Duration.ofSeconds(60)).until(() -> GANGS.isRunning(namespace, "plan", 2));
        }
        assertThat(GANGS.pods(namespace, "plan"))
                .allSatisfy(pod -> assertThat(pod.getMetadata().getLabels()).containsEntry(Labels.RUNS, "two"));
    }

    @Test
    void aChangeOfTheSpecThatLandsBetweenOurReadAndOurStatusIsSeen() {
        var namespace = CLUSTER.namespace();
        var meddler = new MeddlingWriter(() -> CLUSTER.client()
                .resources(Gang.class)
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
