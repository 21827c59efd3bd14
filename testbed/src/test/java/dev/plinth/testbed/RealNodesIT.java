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
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
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
        cluster.loadImage(probe(IMAGE, "probe.tar"));
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
    void aNameOutsideTheClusterDoesNotExistWhichIsNoFailureOfTheNameServer() {
        client.resource(pod("asker", "near", 0, "resolve", "registry.example.com"))
                .create();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(log("asker")).contains("Name or service not known"));
    }

    @Test
    @Order(3)
    void anImageThatIsLoadedAfterItCouldNotBePulledIsUsed() throws IOException {
        var late = "registry.example.com/late:dev";
        var pod = pod("late", "near", 0, "serve");
        pod.getSpec().getContainers().getFirst().setImage(late);
        client.resource(pod).create();
        await().atMost(PATIENCE).until(() -> waitsFor("late").equals("ImagePullBackOff"));

        cluster.loadImage(probe(late, "late.tar"));
        await().atMost(PATIENCE).until(() -> phase("late").equals("Running"));
    }

    @Test
    @Order(4)
    void aNodeIsLostWithoutAFarewell() {
        cluster.killNode("far");
        await().atMost(PATIENCE).until(() -> !ready("far"));
        assertThat(log("listener")).contains("heard").doesNotContain("farewell");
        assertThatThrownBy(() -> cluster.killNode("far")).hasMessageContaining("not running");
    }

    @Test
    @Order(5)
    void theControlGroupsOfTheContainersOfALostNodeAreRemoved() throws IOException {
        assertThat(controlGroups("listener")).isNotEmpty();
        assertThat(controlGroups("server")).isEmpty();
    }

    @Test
    @Order(5)
    void anImageIsLoadedIntoTheNodesThatAreOnAndTheOthersAreNamed() throws IOException {
        var told = new Told();
        cluster.loadImage(probe("plinth.dev/missed:dev", "missed.tar"), told);
        assertThat(told.lines())
                .satisfiesExactly(
                        loaded -> assertThat(loaded).matches("Loaded missed.tar \\(\\d+ MB\\) into near"),
                        off -> assertThat(off).isEqualTo("far is off and loads missed.tar when it starts"));
    }

    @Test
    @Order(6)
    void aLostNodeComesBackWithItsImagesAndThoseItMissed() {
        cluster.startNode("far");
        assertThat(cluster.nodes())
                .allSatisfy(node -> assertThat(node.images()).contains(IMAGE, "plinth.dev/missed:dev"));
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
    @Order(7)
    void anUnknownNodeIsNamedTogetherWithThoseThereAre() {
        assertThatThrownBy(() -> cluster.killNode("nowhere"))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("near, far");
    }

    private static Path probe(String image, String archive) throws IOException {
        var classes = FileEntriesLayer.builder()
                .addEntryRecursive(Path.of("target/test-classes/dev/plinth/testbed"), get("/app/dev/plinth/testbed"))
                .build();
        var built = ImageTar.from(Images.base(Progress.silent())).addFileEntriesLayer(classes);
        return ImageTar.write(built, image, folder.resolve(archive));
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

    private static List<Path> controlGroups(String pod) throws IOException {
        var container = client.pods()
                .inNamespace("default")
                .withName(pod)
                .get()
                .getStatus()
                .getContainerStatuses()
                .getFirst()
                .getContainerID()
                .replace("containerd://", "");
        try (var groups = Files.find(Path.of("/sys/fs/cgroup"), 3, (group, _) -> group.endsWith(container))) {
            return groups.toList();
        }
    }

    private static String waitsFor(String pod) {
        return client.pods().inNamespace("default").withName(pod).get().getStatus().getContainerStatuses().stream()
                .map(status -> status.getState().getWaiting())
                .filter(Objects::nonNull)
                .map(ContainerStateWaiting::getReason)
                .collect(Collectors.joining());
    }

    private static String log(String pod) {
        return phase(pod).equals("Pending")
                ? ""
                : client.pods().inNamespace("default").withName(pod).getLog();
    }
}
