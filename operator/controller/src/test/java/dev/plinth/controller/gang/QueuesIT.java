package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plinth.api.v1alpha1.Scheduling;
import dev.plinth.api.v1alpha1.TopologyWish;
import dev.plinth.controller.GangOperator;
import dev.plinth.controller.SimulatedCluster;
import dev.plinth.controller.kubernetes.Conditions;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What Plinth gives to Kueue and Volcano, on a real API server that serves the parts of their APIs which Plinth uses. The
 * two themselves are not here: the test does what they would do next.
 */
@SuppressWarnings("NullAway") // What a test expects to be there may be missing: then it fails.
@TestMethodOrder(OrderAnnotation.class)
class QueuesIT {
    @RegisterExtension
    static final SimulatedCluster CLUSTER = new SimulatedCluster();

    private static final LiveGangs GANGS = new LiveGangs(CLUSTER);
    private static final Scheduling KUEUE = new Scheduling(null, null, new Scheduling.Kueue("team-a"), null);
    private static final Scheduling VOLCANO = new Scheduling(null, null, null, new Scheduling.Volcano("team-a"));
    private static final Scheduling KUBERNETES = new Scheduling(null, new Scheduling.Kubernetes(), null, null);

    private static GangOperator operator;

    @BeforeAll
    static void start() {
        operator = new GangOperator(CLUSTER.newClient(), UnaryOperator.identity());
    }

    @AfterAll
    static void stop() {
        operator.close();
        CLUSTER.client().load(resource("kueue-webhook.yaml")).delete();
        CLUSTER.client().load(resource("kueue-localqueues.yaml")).delete();
        CLUSTER.client().load(resource("volcano-podgroups.yaml")).delete();
    }

    @Test
    @Order(1)
    void aClusterThatLacksWhatAGangAsksForIsToldWhatToDo() {
        var namespace = CLUSTER.namespace();
        Map.of("kueue", KUEUE, "volcano", VOLCANO, "native", KUBERNETES)
                .forEach((name, scheduling) -> CLUSTER.client()
                        .resource(Gangs.scheduledBy(Gangs.of(namespace, name, 1, 1), scheduling, null))
                        .create());

        assertThat(refusal(namespace, "kueue")).contains("does not have Kueue", "install it");
        assertThat(refusal(namespace, "volcano")).contains("scheduling.volcano.sh/v1beta1", "install Volcano");
        assertThat(refusal(namespace, "native"))
                .contains("scheduling.k8s.io/v1beta1", "feature gate GenericWorkload", "spec.scheduling.plinth");
        assertThat(CLUSTER.client().pods().inNamespace(namespace).list().getItems())
                .isEmpty();
    }

    @Test
    @Order(2)
    void volcanoGetsItsPodGroupAndThePodsItIsToBind() {
        serve("volcano-podgroups.yaml");
        var namespace = CLUSTER.namespace();
        var wish = new TopologyWish("rack", null);
        CLUSTER.client()
                .resource(Gangs.scheduledBy(Gangs.of(namespace, "queued", 2, 8), VOLCANO, wish))
                .create();

        GANGS.awaitReason(namespace, "queued", GangConditions.PLACED, "Queued");
        var group = CLUSTER.client()
                .genericKubernetesResources("scheduling.volcano.sh/v1beta1", "PodGroup")
                .inNamespace(namespace)
                .list()
                .getItems()
                .getFirst();
        assertThat(group.<Map<String, Object>>get("spec"))
                .isEqualTo(Map.of(
                        "minMember",
                        2,
                        "queue",
                        "team-a",
                        "networkTopology",
                        Map.of("mode", "hard", "highestTierAllowed", 1)));
        var pods = GANGS.pods(namespace, "queued");
        assertThat(pods).hasSize(2).allSatisfy(pod -> {
            assertThat(pod.getSpec().getSchedulerName()).isEqualTo("volcano");
            assertThat(pod.getSpec().getAffinity()).isNull();
            assertThat(pod.getMetadata().getAnnotations())
                    .containsEntry(
                            "scheduling.k8s.io/group-name", group.getMetadata().getName());
            assertThat(environment(pod)).doesNotContain("PLINTH_DOMAINS");
        });

        bind(pods.get(0), "gpu-0006");
        bind(pods.get(1), "gpu-0004");

        GANGS.awaitCondition(namespace, "queued", GangConditions.RUNNING);
        assertThat(GANGS.gang(namespace, "queued").getStatus().placement().domain())
                .startsWith("rack=");
    }

    @Test
    @Order(3)
    void aLevelThatVolcanoCannotHoldPodsToIsRefused() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client()
                .resource(
                        Gangs.scheduledBy(Gangs.of(namespace, "narrow", 1, 1), VOLCANO, new TopologyWish("host", null)))
                .create();

        assertThat(refusal(namespace, "narrow")).contains("level host", "other than host");
    }

    @Test
    @Order(4)
    void podsThatKueueDoesNotTakeAreNotMade() {
        serve("kueue-localqueues.yaml");
        var namespace = CLUSTER.namespace();
        CLUSTER.client()
                .resource(Gangs.scheduledBy(Gangs.of(namespace, "ignored", 2, 8), KUEUE, null))
                .create();

        // What a cluster serves is asked anew after a while only.
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(refusal(namespace, "ignored"))
                        .contains("Kueue did not take the pod", "integrations.frameworks"));
        assertThat(GANGS.pods(namespace, "ignored")).isEmpty();
    }

    @Test
    @Order(5)
    void kueueGetsOneGroupOfPodsWhichGoToNodesOnceItOpensTheGate() {
        CLUSTER.client().load(resource("kueue-webhook.yaml")).serverSideApply();
        var namespace = CLUSTER.namespace();
        awaitGate(namespace);
        CLUSTER.client()
                .resource(
                        Gangs.scheduledBy(Gangs.of(namespace, "admitted", 2, 8), KUEUE, new TopologyWish("rack", null)))
                .create();

        GANGS.awaitReason(namespace, "admitted", GangConditions.PLACED, "Queued");
        var uid = GANGS.gang(namespace, "admitted").getMetadata().getUid();
        var pods = GANGS.pods(namespace, "admitted");
        assertThat(pods).hasSize(2).allSatisfy(pod -> {
            assertThat(pod.getMetadata().getLabels())
                    .containsEntry("kueue.x-k8s.io/queue-name", "team-a")
                    .containsEntry("kueue.x-k8s.io/pod-group-name", "admitted-" + uid.substring(0, 7));
            assertThat(pod.getMetadata().getAnnotations())
                    .containsEntry("kueue.x-k8s.io/pod-group-total-count", "2")
                    .containsEntry("kueue.x-k8s.io/podset-required-topology", "net/rack")
                    .containsEntry("kueue.x-k8s.io/pod-group-pod-index-label", "plinth.dev/member-index");
            assertThat(pod.getSpec().getAffinity()).isNull();
        });

        pods.forEach(QueuesIT::openGate);

        GANGS.awaitCondition(namespace, "admitted", GangConditions.RUNNING);
    }

    private static String refusal(String namespace, String name) {
        GANGS.awaitReason(namespace, name, GangConditions.PLACED, "PodRefused");
        return Conditions.find(GANGS.gang(namespace, name).getStatus().conditions(), GangConditions.PLACED)
                .orElseThrow()
                .getMessage();
    }

    private static List<String> environment(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getEnv().stream()
                .map(EnvVar::getName)
                .toList();
    }

    /** As a scheduler does. */
    private static void bind(Pod pod, String node) {
        CLUSTER.client()
                .bindings()
                .inNamespace(pod.getMetadata().getNamespace())
                .resource(new BindingBuilder()
                        .withNewMetadata()
                        .withName(pod.getMetadata().getName())
                        .endMetadata()
                        .withNewTarget()
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(node)
                        .endTarget()
                        .build())
                .create();
    }

    /** As Kueue does with the pods of a group that it admits. */
    private static void openGate(Pod pod) {
        CLUSTER.client()
                .pods()
                .resource(pod)
                .edit(gated -> new PodBuilder(gated)
                        .editSpec()
                        .withSchedulingGates(List.of())
                        .endSpec()
                        .build());
    }

    /** A policy takes effect some time after it is there. */
    private static void awaitGate(String namespace) {
        var pod = new PodBuilder()
                .withNewMetadata()
                .withName("probe")
                .withNamespace(namespace)
                .addToLabels("kueue.x-k8s.io/queue-name", "team-a")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("probe")
                .withImage("none")
                .endContainer()
                .endSpec()
                .build();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !CLUSTER.client()
                        .resource(pod)
                        .dryRun()
                        .create()
                        .getSpec()
                        .getSchedulingGates()
                        .isEmpty());
    }

    private static void serve(String file) {
        CLUSTER.serve(CLUSTER.client()
                .getKubernetesSerialization()
                .unmarshal(resource(file), CustomResourceDefinition.class));
    }

    private static InputStream resource(String file) {
        return Objects.requireNonNull(QueuesIT.class.getResourceAsStream(file), file);
    }
}
