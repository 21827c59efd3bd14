package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangStatus.Assignment;
import dev.plinth.api.v1alpha1.GangStatus.Run;
import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.controller.GangOperator;
import dev.plinth.controller.SimulatedCluster;
import dev.plinth.controller.kubernetes.Labels;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.List;
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
    private static final int WRITES = 22;

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
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> GANGS.gang(namespace, "plan").getStatus().lastRecovery() != null
                            && GANGS.reasons(namespace, "plan").contains("FormingAgain"));
            assertThat(GANGS.gang(namespace, "plan").getStatus().lastRecovery())
                    .extracting(Recovered::reason)
                    .isEqualTo("MemberFailed");
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

    /** The plan is known before the first pod: what changes in between does not change it. */
    @Test
    void placesThatWereDecidedBeforeAnyPodWasMadeAreKept() {
        var namespace = CLUSTER.namespace();
        // Two nodes are left in the first rack: the tightest place for two members.
        occupy(namespace, "gpu-0000", "gpu-0001");
        var mortal = new MortalWriter(2); // The Service of the gang, and the assignment.
        try (var first = new GangOperator(CLUSTER.newClient(), mortal::around)) {
            CLUSTER.client().resource(Gangs.of(namespace, "plan", 2, 8)).create();
            await().atMost(Duration.ofSeconds(60)).until(mortal::isDead);
        }
        assertThat(GANGS.pods(namespace, "plan")).isEmpty();
        assertThat(GANGS.gang(namespace, "plan").reported().orElseThrow().assignment())
                .isEqualTo(new Assignment(1, List.of(new Run(0, 1, "gpu-000[2..3]"))));

        CLUSTER.client().pods().inNamespace(namespace).withGracePeriod(0).delete();
        occupy(namespace, "gpu-0004", "gpu-0005");
        try (var second = new GangOperator(CLUSTER.newClient(), UnaryOperator.identity())) {
            await().atMost(Duration.ofSeconds(60)).until(() -> GANGS.isRunning(namespace, "plan", 1));
            assertThat(GANGS.pods(namespace, "plan"))
                    .extracting(pod -> pod.getSpec().getNodeName())
                    .containsExactly("gpu-0002", "gpu-0003");

            // Without a decision of before, the tightest place is elsewhere now.
            CLUSTER.client()
                    .resources(Gang.class)
                    .inNamespace(namespace)
                    .withName("plan")
                    .delete();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> GANGS.pods(namespace, "plan").isEmpty());
            CLUSTER.client().resource(Gangs.of(namespace, "fresh", 2, 8)).create();
            await().atMost(Duration.ofSeconds(60)).until(() -> GANGS.isRunning(namespace, "fresh", 1));
            assertThat(GANGS.pods(namespace, "fresh"))
                    .extracting(pod -> pod.getSpec().getNodeName())
                    .containsExactly("gpu-0006", "gpu-0007");
        }
    }

    @Test
    void aPlaceThatIsTakenMeanwhileIsDecidedAnew() {
        var namespace = CLUSTER.namespace();
        occupy(namespace, "gpu-0000", "gpu-0001");
        var mortal = new MortalWriter(2);
        try (var first = new GangOperator(CLUSTER.newClient(), mortal::around)) {
            CLUSTER.client().resource(Gangs.of(namespace, "plan", 2, 8)).create();
            await().atMost(Duration.ofSeconds(60)).until(mortal::isDead);
        }

        occupy(namespace, "gpu-0002");
        try (var second = new GangOperator(CLUSTER.newClient(), UnaryOperator.identity())) {
            await().atMost(Duration.ofSeconds(60)).until(() -> GANGS.isRunning(namespace, "plan", 1));
        }
        assertThat(GANGS.pods(namespace, "plan"))
                .extracting(pod -> pod.getSpec().getNodeName())
                .doesNotContain("gpu-0002")
                .doesNotHaveDuplicates();
    }

    /** Somebody else's pods take all of these nodes' GPUs. */
    private static void occupy(String namespace, String... nodes) {
        for (var node : nodes) {
            CLUSTER.client()
                    .resource(new PodBuilder()
                            .withNewMetadata()
                            .withName("on-" + node)
                            .withNamespace(namespace)
                            .endMetadata()
                            .withNewSpec()
                            .withNodeName(node)
                            .withTerminationGracePeriodSeconds(0L)
                            .addNewContainer()
                            .withName("busy")
                            .withImage("none")
                            .withNewResources()
                            .addToLimits("nvidia.com/gpu", new Quantity(Integer.toString(SimulatedCluster.GPUS)))
                            .endResources()
                            .endContainer()
                            .endSpec()
                            .build())
                    .create();
        }
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
