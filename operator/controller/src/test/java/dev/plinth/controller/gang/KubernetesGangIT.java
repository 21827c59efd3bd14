package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.Scheduling;
import dev.plinth.controller.GangOperator;
import dev.plinth.controller.SimulatedCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The gang scheduling of Kubernetes itself, on a control plane that has it turned on. */
@SuppressWarnings("NullAway") // What a test expects to be there may be missing: then it fails.
class KubernetesGangIT {
    @RegisterExtension
    static final SimulatedCluster CLUSTER = SimulatedCluster.withGangScheduling();

    private static final LiveGangs GANGS = new LiveGangs(CLUSTER);
    private static final Scheduling KUBERNETES = new Scheduling(null, new Scheduling.Kubernetes(), null, null);

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
    void podsAreBoundAsOneGroupWhereThePlanSays() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client().resource(gang(namespace, "native", 4)).create();

        GANGS.awaitCondition(namespace, "native", GangConditions.RUNNING);

        var group = groups(namespace).getFirst();
        assertThat(group.getAdditionalProperties())
                .extracting("spec")
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("schedulingPolicy", Map.of("gang", Map.of("minCount", 4)))
                .containsEntry("disruptionMode", Map.of("all", Map.of()));
        assertThat(group.<String>get("status", "conditions", 0, "type")).isEqualTo("PodGroupInitiallyScheduled");
        assertThat(group.<String>get("status", "conditions", 0, "status")).isEqualTo("True");
        var pods = GANGS.pods(namespace, "native");
        assertThat(pods)
                .extracting(pod -> pod.getSpec().getSchedulingGroup().getPodGroupName())
                .containsOnly(group.getMetadata().getName());
        var assignment = GANGS.gang(namespace, "native").getStatus().assignment();
        assertThat(pods)
                .extracting(pod -> pod.getSpec().getNodeName())
                .containsExactlyElementsOf(NodeRuns.nodes(assignment.runs(), 4).values());
    }

    @Test
    void aMemberThatIsReplacedJoinsTheGroupThatRuns() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client().resource(gang(namespace, "repaired", 3)).create();
        GANGS.awaitCondition(namespace, "repaired", GangConditions.RUNNING);

        CLUSTER.client().pods().inNamespace(namespace).withName("repaired-1-0").delete();

        GANGS.awaitPods(namespace, "repaired", "repaired-0-0", "repaired-1-1", "repaired-2-0");
        await().atMost(Duration.ofSeconds(60)).until(() -> GANGS.isRunning(namespace, "repaired", 2));
        assertThat(groups(namespace)).hasSize(1);
    }

    @Test
    void theGroupGoesWithItsGang() {
        var namespace = CLUSTER.namespace();
        CLUSTER.client().resource(gang(namespace, "short", 1)).create();
        GANGS.awaitCondition(namespace, "short", GangConditions.RUNNING);

        CLUSTER.client().resources(Gang.class).inNamespace(namespace).delete();

        await().atMost(Duration.ofSeconds(60)).until(() -> groups(namespace).isEmpty());
    }

    private static Gang gang(String namespace, String name, int size) {
        return Gangs.scheduledBy(Gangs.of(namespace, name, size, 8), KUBERNETES, null);
    }

    private static List<GenericKubernetesResource> groups(String namespace) {
        return CLUSTER.client()
                .genericKubernetesResources("scheduling.k8s.io/v1beta1", "PodGroup")
                .inNamespace(namespace)
                .list()
                .getItems();
    }
}
