package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.GangOperator;
import dev.plinth.controller.SimulatedCluster;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.kubernetes.Labels;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GangIT {
    @RegisterExtension
    static final SimulatedCluster CLUSTER = new SimulatedCluster();

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

        awaitCondition(namespace, "whole", GangConditions.RUNNING);

        var pods = pods(namespace, "whole");
        assertThat(pods).extracting(pod -> pod.getMetadata().getName()).containsExactly("whole-0-0", "whole-1-0", "whole-2-0", "whole-3-0");
        assertThat(pods).extracting(pod -> pod.getSpec().getNodeName()).doesNotHaveDuplicates();
        assertThat(pods).extracting(pod -> pod.getSpec().getHostname()).containsExactly("r00000", "r00001", "r00002", "r00003");
        var status = gang(namespace, "whole").getStatus();
        assertThat(status.members().running()).isEqualTo(4);
        assertThat(status.placement().domain()).startsWith("rack=");
    }

    static void awaitCondition(String namespace, String name, String type) {
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> gang(namespace, name)
                            .reported()
                            .filter(status -> Conditions.isTrue(status.conditions(), type))
                            .isPresent());
        } catch (ConditionTimeoutException late) {
            throw new AssertionError("not " + type + ":\n" + Serialization.asYaml(gang(namespace, name)), late);
        }
    }

    static Gang gang(String namespace, String name) {
        return CLUSTER.client()
                .resources(Gang.class)
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    static List<Pod> pods(String namespace, String gang) {
        return CLUSTER.client()
                .pods()
                .inNamespace(namespace)
                .withLabel(Labels.GANG, gang)
                .list()
                .getItems();
    }
}
