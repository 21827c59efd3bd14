package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec.ContractFramework;
import dev.plinth.api.v1alpha1.GangSpec.Formation;
import dev.plinth.api.v1alpha1.Plan.Dimension;
import dev.plinth.api.v1alpha1.Plan.Group;
import dev.plinth.api.v1alpha1.Plan.Traffic;
import dev.plinth.controller.GangOperator;
import dev.plinth.controller.SimulatedCluster;
import dev.plinth.controller.cluster.PodFacts;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.metrics.OperatorMetrics;
import dev.plinth.recovery.NodeVerdict;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@SuppressWarnings("NullAway") // What a test expects to be there may be missing: then it fails.
class GangIT {
    @RegisterExtension
    static final SimulatedCluster CLUSTER = new SimulatedCluster();

    private static final LiveGangs GANGS = new LiveGangs(CLUSTER);

    private static GangOperator operator;

    @BeforeAll
    static void start() {
        operator = new GangOperator(CLUSTER.newClient(), UnaryOperator.identity());
    }

    @AfterAll
    static void stop() {
        operator.close();
    }

    @Test
    void aGangIsPlacedBoundAndRuns() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client().resource(Gangs.of(namespace, "whole", 4, 8)).create();

        GANGS.awaitCondition(namespace, "whole", GangConditions.RUNNING);

        var pods = GANGS.pods(namespace, "whole");
        assertThat(pods)
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactly("whole-0-0", "whole-1-0", "whole-2-0", "whole-3-0");
        assertThat(pods).extracting(pod -> pod.getSpec().getNodeName()).doesNotHaveDuplicates();
        assertThat(pods)
                .extracting(pod -> pod.getSpec().getHostname())
                .containsExactly("r00000", "r00001", "r00002", "r00003");
        var status = GANGS.gang(namespace, "whole").getStatus();
        assertThat(status.members().running()).isEqualTo(4);
        assertThat(status.placement().domain()).startsWith("rack=");
    }

    /** Two nodes are open in each of two racks: members 0 and 2 talk much, 0 and 1 hardly, so the racks part 0 from 1. */
    @Test
    void membersThatTalkMuchAreNeighbours() {
        var namespace = CLUSTER.namespace();
        var closed = twoNodesOfEachRack();
        closed.forEach(node -> CLUSTER.cordon(node, true));
        try {
            await().until(() -> closed.stream().noneMatch(operator.cluster()::isOpen));
            CLUSTER.client()
                    .resource(Gangs.talking(
                            Gangs.of(namespace, "talks", 4, 8),
                            32,
                            new Group(Dimension.Tensor, 8, Traffic.Ring, 1_000_000_000),
                            new Group(Dimension.Data, 2, Traffic.Ring, 1_000_000),
                            new Group(Dimension.Pipeline, 2, Traffic.PointToPoint, 10_000_000_000L)))
                    .create();

            GANGS.awaitCondition(namespace, "talks", GangConditions.RUNNING);

            var racks = GANGS.pods(namespace, "talks").stream()
                    .map(pod -> rack(pod.getSpec().getNodeName()))
                    .toList();
            assertThat(racks.get(0)).isEqualTo(racks.get(2)).isNotEqualTo(racks.get(1));
            assertThat(racks.get(1)).isEqualTo(racks.get(3));
        } finally {
            closed.forEach(node -> CLUSTER.cordon(node, false));
        }
    }

    private static List<String> twoNodesOfEachRack() {
        return CLUSTER.client().nodes().list().getItems().stream()
                .map(node -> node.getMetadata().getName())
                .collect(Collectors.groupingBy(GangIT::rack))
                .values()
                .stream()
                .flatMap(nodes -> nodes.stream().limit(2))
                .toList();
    }

    private static String rack(String node) {
        return CLUSTER.client()
                .nodes()
                .withName(node)
                .get()
                .getMetadata()
                .getLabels()
                .get("net/rack");
    }

    @Test
    void aPodDeletedByHandComesBackAsTheNextIncarnationOfItsMember() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client().resource(Gangs.of(namespace, "healed", 3, 8)).create();
        GANGS.awaitCondition(namespace, "healed", GangConditions.RUNNING);
        var before = GANGS.pods(namespace, "healed");

        CLUSTER.client().pods().inNamespace(namespace).withName("healed-1-0").delete();

        GANGS.awaitPods(namespace, "healed", "healed-0-0", "healed-1-1", "healed-2-0");
        GANGS.awaitCondition(namespace, "healed", GangConditions.RUNNING);
        var gang = GANGS.gang(namespace, "healed");
        assertThat(gang.getSpec().formationOrFirst().generation()).isEqualTo(2);
        assertThat(gang.getSpec().formationOrFirst().restarts()).isZero();
        assertThat(gang.getStatus().lastRecovery().reason()).isEqualTo("MemberGone");
        assertThat(gang.getStatus().lastRecovery().member()).isEqualTo(1);
        assertThat(LiveGangs.uids(GANGS.pods(namespace, "healed")))
                .containsAll(LiveGangs.uids(List.of(before.get(0), before.get(2))));
        assertThat(GANGS.reasons(namespace, "healed")).contains("Placed", "MemberGone", "MemberReplaced");
    }

    @Test
    void aMemberThatFailsIsReplacedAndItsPodIsKeptForItsLog() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client().resource(Gangs.of(namespace, "failing", 2, 8)).create();
        GANGS.awaitCondition(namespace, "failing", GangConditions.RUNNING);

        GANGS.end(namespace, "failing-0-0", 3);

        GANGS.awaitPods(namespace, "failing", "failing-0-0", "failing-0-1", "failing-1-0");
        GANGS.awaitCondition(namespace, "failing", GangConditions.RUNNING);
        var old = CLUSTER.client()
                .pods()
                .inNamespace(namespace)
                .withName("failing-0-0")
                .get();
        assertThat(old.getMetadata().getLabels()).containsEntry(Labels.IN_SERVICE, Labels.NO);
        assertThat(GANGS.gang(namespace, "failing").getSpec().formationOrFirst().restarts())
                .isEqualTo(1);
    }

    @Test
    void aGangIsCompleteWhenAllItsMembersHaveSucceededAndStaysSo() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client().resource(Gangs.of(namespace, "finite", 2, 8)).create();
        GANGS.awaitCondition(namespace, "finite", GangConditions.RUNNING);

        GANGS.end(namespace, "finite-0-0", 0);
        GANGS.end(namespace, "finite-1-0", 0);
        GANGS.awaitCondition(namespace, "finite", GangConditions.COMPLETE);

        CLUSTER.client().pods().inNamespace(namespace).withName("finite-1-0").delete();
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(10))
                .until(() -> GANGS.pods(namespace, "finite").stream()
                        .map(pod -> pod.getMetadata().getName())
                        .noneMatch(name -> name.endsWith("-1")));
        assertThat(GANGS.gang(namespace, "finite").getSpec().formationOrFirst().generation())
                .isEqualTo(1);
    }

    @Test
    void aGangThatHasUsedUpItsRestartsFailsAndGivesItsRoomBack() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client()
                .resource(Gangs.withRestarts(namespace, "hopeless", 2, 0))
                .create();
        GANGS.awaitCondition(namespace, "hopeless", GangConditions.RUNNING);

        GANGS.end(namespace, "hopeless-1-0", 1);

        GANGS.awaitCondition(namespace, "hopeless", GangConditions.FAILED);
        GANGS.awaitPods(namespace, "hopeless", "hopeless-1-0");
        assertThat(Conditions.find(GANGS.gang(namespace, "hopeless").getStatus().conditions(), GangConditions.FAILED)
                        .orElseThrow()
                        .getMessage())
                .contains("restarts", "exit code 1");
    }

    @Test
    void aGangThatDoesNotFitSaysWhyAndStartsWhenThereIsRoom() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client().resource(Gangs.of(namespace, "first", 6, 8)).create();
        GANGS.awaitCondition(namespace, "first", GangConditions.RUNNING);
        CLUSTER.client().resource(Gangs.of(namespace, "second", 4, 8)).create();

        GANGS.awaitReason(namespace, "second", GangConditions.PLACED, "WaitingForRoom");
        var waiting = GANGS.gang(namespace, "second").getStatus();
        assertThat(waiting.waiting().bestDomainRoom()).isEqualTo(2);
        assertThat(Conditions.find(waiting.conditions(), GangConditions.PLACED)
                        .orElseThrow()
                        .getMessage())
                .contains("4 members", "nvidia.com/gpu");
        assertThat(GANGS.pods(namespace, "second")).isEmpty();

        CLUSTER.client()
                .resources(Gang.class)
                .inNamespace(namespace)
                .withName("first")
                .delete();
        GANGS.awaitCondition(namespace, "second", GangConditions.RUNNING);
    }

    @Test
    void aGangWithoutRoomShowsSoInTheColumnState() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client().resource(Gangs.of(namespace, "large", 1, 9)).create();

        // The column shows the reason of Running.
        GANGS.awaitReason(namespace, "large", GangConditions.RUNNING, "WaitingForRoom");
        assertThat(Conditions.find(GANGS.gang(namespace, "large").getStatus().conditions(), GangConditions.RUNNING)
                        .orElseThrow()
                        .getMessage())
                .contains("the largest node has 8 nvidia.com/gpu");
    }

    /** A pass may still see it in an older cache; nobody would ever take back what is promised to it then. */
    @Test
    void aDeletedGangIsPromisedNothing() {
        var seeker = new RoomSeeker(operator.cluster(), new OperatorMetrics(new PrometheusRegistry()));
        var gang = Gangs.of(CLUSTER.namespace(), "deleted", 1, 8);
        gang.getMetadata().setUid("uid-of-the-deleted");
        var view = GangView.of(gang, Formation.FIRST, List.of());
        var outline =
                ((MemberPod.Outline.Drawn) MemberPod.outline(gang.getSpec().template(), ContractFramework.None)).spec();
        await().until(() -> seeker.seek(view, outline) instanceof Room.Promised);

        seeker.forget(gang);

        assertThat(operator.cluster().capacity().promises(PodFacts.owner(view.key())))
                .isEmpty();
        assertThat(seeker.seek(view, outline)).isInstanceOf(Room.Contended.class);
        assertThat(operator.cluster().capacity().promises(PodFacts.owner(view.key())))
                .isEmpty();
    }

    @Test
    void gangsThatAreDecidedAtTheSameMomentNeverGetTheSameAccelerators() {
        var namespace = CLUSTER.namespace();
        IntStream.range(0, 12)
                .parallel()
                .forEach(i -> CLUSTER.client()
                        .resource(Gangs.of(namespace, "crowd-" + i, 3, 4))
                        .create());

        // 8 nodes with 8 GPUs have room for 16 members of 4: five gangs of three.
        await().atMost(Duration.ofSeconds(60)).until(() -> GANGS.running(namespace) == 5);
        await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(10)).until(() -> GANGS.running(namespace) == 5);
        var membersByNode = CLUSTER.client().pods().inNamespace(namespace).list().getItems().stream()
                .collect(Collectors.groupingBy(pod -> pod.getSpec().getNodeName(), Collectors.counting()));
        assertThat(membersByNode).hasSizeLessThanOrEqualTo(SimulatedCluster.NODES);
        assertThat(membersByNode.values()).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(2));
    }

    @Test
    void membersOfANodeThatIsRemovedGoOnElsewhere() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client().resource(Gangs.of(namespace, "moved", 3, 8)).create();
        GANGS.awaitCondition(namespace, "moved", GangConditions.RUNNING);
        var lost = GANGS.pods(namespace, "moved").get(2).getSpec().getNodeName();
        var node = CLUSTER.client().nodes().withName(lost).get();

        CLUSTER.client().nodes().withName(lost).delete();
        try {
            GANGS.awaitPods(namespace, "moved", "moved-0-0", "moved-1-0", "moved-2-1");
            GANGS.awaitCondition(namespace, "moved", GangConditions.RUNNING);
            assertThat(GANGS.pods(namespace, "moved").get(2).getSpec().getNodeName())
                    .isNotEqualTo(lost);
            assertThat(GANGS.gang(namespace, "moved").getStatus().lastRecovery().reason())
                    .isEqualTo("NodeLost");
            assertThat(GANGS.gang(namespace, "moved").getStatus().lastRecovery().node())
                    .isEqualTo(lost);
        } finally {
            CLUSTER.restore(node);
        }
    }

    @Test
    void aNodeThatWasTakenForLostIsUsedAgainWhenItShowsASignOfLife() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client()
                .resource(Gangs.of(namespace, "patient", SimulatedCluster.NODES, 8))
                .create();
        GANGS.awaitCondition(namespace, "patient", GangConditions.RUNNING);
        var pod = GANGS.pods(namespace, "patient").getFirst();
        var node = pod.getSpec().getNodeName();

        // Its kubelet goes on renewing its lease: a false alarm.
        operator.cluster().markLost(node, new NodeVerdict.Lost(Instant.now(), "said the test"));
        CLUSTER.client().resource(pod).delete();

        await().atMost(Duration.ofSeconds(60)).until(() -> GANGS.isRunning(namespace, "patient", 2));
        assertThat(GANGS.pods(namespace, "patient"))
                .extracting(each -> each.getSpec().getNodeName())
                .contains(node);
    }

    @Test
    void allMembersOfAStaticGangAreReplacedAndKeepTheirNodes() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client()
                .resource(Gangs.of(namespace, "static", 3, 8, ContractFramework.TorchStatic, Map.of(), null))
                .create();
        GANGS.awaitCondition(namespace, "static", GangConditions.RUNNING);

        GANGS.end(namespace, "static-1-0", 1);

        GANGS.awaitPods(namespace, "static", "static-0-1", "static-1-0", "static-1-1", "static-2-1");
        GANGS.awaitCondition(namespace, "static", GangConditions.RUNNING);
    }

    @Test
    void anOverlayThatReachesOutOfTheNamespaceIsRefusedWithAReason() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client()
                .resource(Gangs.of(
                        namespace, "reaching", 1, 1, ContractFramework.None, Map.of("schedulerName", "mine"), null))
                .create();

        GANGS.awaitReason(namespace, "reaching", GangConditions.PLACED, "PodRefused");
        assertThat(Conditions.find(GANGS.gang(namespace, "reaching").getStatus().conditions(), GangConditions.PLACED)
                        .orElseThrow()
                        .getMessage())
                .contains("schedulerName", "placed by Plinth");
    }

    @Test
    void whatTheApiServerWouldNotCreateIsToldInItsOwnWords() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client()
                .resource(Gangs.of(
                        namespace, "misspelt", 1, 1, ContractFramework.None, Map.of("dnsPolicy", "Sometimes"), null))
                .create();

        GANGS.awaitReason(namespace, "misspelt", GangConditions.PLACED, "PodRefused");
        assertThat(Conditions.find(GANGS.gang(namespace, "misspelt").getStatus().conditions(), GangConditions.PLACED)
                        .orElseThrow()
                        .getMessage())
                .contains("spec.dnsPolicy", "Sometimes");
    }

    @Test
    void aServiceOfSomebodyElseWithTheNameThatMembersNeedIsLeftAlone() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("web-members")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withClusterIP("None")
                        .addToSelector("app", "mine")
                        .endSpec()
                        .build())
                .create();
        CLUSTER.client().resource(Gangs.of(namespace, "web", 1, 1)).create();

        GANGS.awaitReason(namespace, "web", GangConditions.PLACED, "PodRefused");
        assertThat(Conditions.find(GANGS.gang(namespace, "web").getStatus().conditions(), GangConditions.PLACED)
                        .orElseThrow()
                        .getMessage())
                .contains("a Service named web-members exists and does not belong to this gang: delete or rename it");
        var service = CLUSTER.client().services().inNamespace(namespace).withName("web-members");
        assertThat(service.get().getSpec().getSelector()).isEqualTo(Map.of("app", "mine"));
        assertThat(service.get().getMetadata().getOwnerReferences()).isEmpty();

        service.delete();
        GANGS.awaitCondition(namespace, "web", GangConditions.RUNNING);
    }
}
