package dev.plinth.testbed;

import static com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import dev.plinth.testbed.ClusterSpec.RealNode;
import dev.plinth.testbed.ClusterSpec.SharedVolumes;
import dev.plinth.testbed.image.ImageTar;
import dev.plinth.testbed.image.Images;
import dev.plinth.testbed.nodes.FakeGpus;
import dev.plinth.testbed.nodes.NodeReadiness;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** One cluster for all: what each test leaves is what the next one finds. */
@EnabledIf("dev.plinth.testbed.process.Commands#root")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RealNodesIT {
    private static final String IMAGE = "plinth.dev/probe:dev";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private static Path folder;

    private static LocalCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    static void up() throws IOException {
        var spec = ClusterSpec.controlPlane("test-real")
                .withRealNodes(new RealNode("near", 8, Map.of("net/rack", "a")), new RealNode("far", 4, Map.of()))
                .withSharedVolumes(new SharedVolumes(1, "1Gi"))
                .withLeaseSeconds(8);
        cluster = LocalCluster.up(spec, Progress.to(System.out, false));
        client = cluster.client();
        var classes = FileEntriesLayer.builder()
                .addEntryRecursive(Path.of("target/test-classes/dev/plinth/testbed"), get("/app/dev/plinth/testbed"))
                .build();
        var image = ImageTar.from(Images.base(Progress.silent())).addFileEntriesLayer(classes);
        cluster.loadImage(ImageTar.write(image, IMAGE, folder.resolve("probe.tar")));
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    @Test
    @Order(1)
    void nodesHaveTheLabelsAndTheGpusOfTheSpecification() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(FakeGpus.offered(client.nodes().withName("near").get())).isEqualTo(8);
            assertThat(FakeGpus.offered(client.nodes().withName("far").get())).isEqualTo(4);
        });
        assertThat(client.nodes().withName("near").get().getMetadata().getLabels())
                .containsEntry("net/rack", "a");
    }

    @Test
    @Order(2)
    void podsOnTwoNodesReachEachOtherByTheNameOfAService() {
        client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("ticker")
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .addToSelector("app", "server")
                        .addNewPort()
                        .withPort(7000)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        client.resource(pod("server", "far", 4, "serve")).create();
        client.resource(pod("listener", "near", 0, "listen", "ticker")).create();
        await().atMost(PATIENCE).until(() -> log("listener").contains("heard"));
    }

    @Test
    @Order(3)
    void aNodeIsLostWithoutAFarewell() {
        cluster.killNode("far");
        await().atMost(PATIENCE).until(() -> !ready("far"));
        assertThat(log("listener")).contains("heard").doesNotContain("farewell");
        assertThatThrownBy(() -> cluster.killNode("far")).hasMessageContaining("not running");
    }

    @Test
    @Order(4)
    void aLostNodeComesBackWithItsImages() {
        cluster.startNode("far");
        await().atMost(PATIENCE).until(() -> ready("far"));
        client.pods()
                .inNamespace("default")
                .withName("server")
                .withGracePeriod(0)
                .delete();
        client.resource(pod("again", "far", 4, "serve")).create();
        await().atMost(PATIENCE).until(() -> phase("again").equals("Running"));
        await().atMost(PATIENCE)
                .until(() -> FakeGpus.offered(client.nodes().withName("far").get()) == 4);
    }

    @Test
    @Order(5)
    void anUnknownNodeIsNamedTogetherWithThoseThereAre() {
        assertThatThrownBy(() -> cluster.killNode("nowhere"))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("near, far");
    }

    private static Pod pod(String name, String node, int gpus, String... arguments) {
        var command = new java.util.ArrayList<>(List.of("java", "-cp", "/app", Probe.class.getName()));
        command.addAll(List.of(arguments));
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .addToLabels("app", name)
                .endMetadata()
                .withNewSpec()
                .addToNodeSelector("kubernetes.io/hostname", node)
                .withRestartPolicy("Never")
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .addNewContainer()
                .withName("main")
                .withImage(IMAGE)
                .withImagePullPolicy("IfNotPresent")
                .withCommand(command)
                .withNewResources()
                .withLimits(Map.of("nvidia.com/gpu", new Quantity(Integer.toString(gpus))))
                .endResources()
                .withNewSecurityContext()
                .withReadOnlyRootFilesystem(true)
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .build();
    }

    private static boolean ready(String node) {
        return NodeReadiness.ready(client.nodes().withName(node).get());
    }

    private static String phase(String pod) {
        return client.pods()
                .inNamespace("default")
                .withName(pod)
                .get()
                .getStatus()
                .getPhase();
    }

    private static String log(String pod) {
        return phase(pod).equals("Pending")
                ? ""
                : client.pods().inNamespace("default").withName(pod).getLog();
    }
}
