package dev.plinth.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plinth.testbed.ClusterSpec.Level;
import dev.plinth.testbed.ClusterSpec.SimulatedNodes;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SimulatedNodesIT {
    @Test
    void aThousandNodesComeUpInRacksAndRunPods() {
        var spec = ClusterSpec.controlPlane("test-thousand")
                .withTopology(new Level("block", "net/block", 100), new Level("rack", "net/rack", 10))
                .withSimulatedNodes(new SimulatedNodes("gpu", 1000, 8));
        try (var cluster = LocalCluster.up(spec, Progress.to(System.out, false))) {
            var client = cluster.client();
            var racks = client.nodes().list().getItems().stream()
                    .collect(Collectors.groupingBy(
                            node -> node.getMetadata().getLabels().get("net/rack"), Collectors.counting()));
            assertThat(racks)
                    .hasSize(100)
                    .allSatisfy((_, nodes) -> assertThat(nodes).isEqualTo(10));

            var gpus = Map.of("nvidia.com/gpu", new Quantity("8"));
            client.resource(new PodBuilder()
                            .withNewMetadata()
                            .withName("short")
                            .withNamespace("default")
                            .addToAnnotations("testbed.plinth.dev/completes-after", "1s")
                            .endMetadata()
                            .withNewSpec()
                            .addNewContainer()
                            .withName("main")
                            .withImage("none")
                            .withNewResources()
                            .withLimits(gpus)
                            .endResources()
                            .endContainer()
                            .withRestartPolicy("Never")
                            .endSpec()
                            .build())
                    .create();
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                var pod = client.pods().inNamespace("default").withName("short").get();
                return pod.getStatus().getPhase().equals("Succeeded");
            });
        }
    }
}
