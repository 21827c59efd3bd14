package dev.plinth.testbed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.ClusterSpec.SimulatedNodes;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.StateFolder;
import dev.plinth.testbed.TestbedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackgroundIT {
    private static final ClusterSpec SPEC = ClusterSpec.controlPlane("test-background");
    private static final String NAME = SPEC.name();

    @AfterEach
    void down() {
        Background.down(NAME);
        assertThat(StateFolder.of(NAME)).doesNotExist();
        assertThat(ofTheCluster()).isEmpty();
    }

    @Test
    void upAgainJoinsTheClusterThatIsUp() {
        Background.up(SPEC, Progress.silent());
        var owner = StateFolder.owner(NAME).orElseThrow().pid();
        var steps = new ArrayList<String>();
        Background.up(SPEC, collecting(steps));

        assertThat(StateFolder.owner(NAME).orElseThrow().pid()).isEqualTo(owner);
        assertThat(steps).anyMatch(step -> step.startsWith("Control plane ready"));
        assertThat(Background.attach(NAME).status()).contains("5 running");
    }

    @Test
    void upAgainTellsThatItWasUpAlreadyAndHowItIsNow(@TempDir Path folder) throws IOException {
        var config =
                Files.writeString(folder.resolve("cluster.yaml"), SPEC.toYaml()).toString();
        assertThat(told("up", "--config", config))
                .contains("Control plane ready")
                .doesNotContain("already");
        var scheduler = ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains("kube-scheduler") && line.contains(StateFolder.of(NAME) + "/"))
                        .isPresent())
                .findFirst()
                .orElseThrow();
        scheduler.destroyForcibly();
        scheduler.onExit().join();

        assertThat(told("up", "--config", config))
                .contains(
                        "The cluster test-background is up already", "4 running", "kube-scheduler ended", "KUBECONFIG")
                .doesNotContain("Control plane ready");
    }

    private static String told(String... command) {
        var out = System.out;
        var told = new ByteArrayOutputStream();
        System.setOut(new PrintStream(told, true, StandardCharsets.UTF_8));
        try {
            assertThat(Main.run(command)).isZero();
        } finally {
            System.setOut(out);
        }
        return told.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whoAsksForAnotherClusterHearsWhichThereAre() {
        Background.up(SPEC, Progress.silent());
        assertThatThrownBy(() -> Background.attach("test-nothing"))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("no cluster named test-nothing is up")
                .hasMessageContaining(NAME);
    }

    @Test
    void upWithAnotherConfigurationIsRefused() {
        Background.up(SPEC, Progress.silent());
        assertThatThrownBy(() ->
                        Background.up(SPEC.withSimulatedNodes(new SimulatedNodes("sim", 1, 8)), Progress.silent()))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("another configuration");
    }

    @Test
    void aClusterWhoseOwnerWasKilledEndsAndTheNextUpStartsAfresh() {
        var kubeconfig = Background.up(SPEC, Progress.silent()).kubeconfig();
        var owner = StateFolder.owner(NAME).orElseThrow();
        owner.destroyForcibly();
        owner.onExit().join();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(ofTheCluster()).isEmpty());
        assertThatThrownBy(() -> Background.attach(NAME)).hasMessageContaining("no cluster named " + NAME);
        assertThat(kubeconfig).exists();

        Background.up(SPEC, Progress.silent());
        assertThat(Background.attach(NAME).status()).contains("5 running");
    }

    @Test
    void aClusterKilledHalfWayIsCleanedUp() {
        var upping = Thread.ofPlatform().start(() -> {
            try {
                Background.up(SPEC, Progress.silent());
            } catch (TestbedException expected) {
                assertThat(expected).hasMessageContaining(NAME);
            }
        });
        await().atMost(Duration.ofSeconds(30)).until(() -> !ofTheCluster().isEmpty());
        StateFolder.owner(NAME).orElseThrow().destroyForcibly();
        assertThat(upping)
                .satisfies(thread ->
                        assertThat(thread.join(Duration.ofSeconds(30))).isTrue());

        Background.down(NAME);
        assertThat(StateFolder.of(NAME)).doesNotExist();
    }

    @Test
    void aCommandOnAClusterThatIsNotUpFailsWithOneLine() {
        assertThat(Main.run("status", "--name", "test-nothing")).isEqualTo(1);
        assertThat(Main.run("up", "--config", "/nowhere.yaml")).isEqualTo(1);
        assertThat(Main.run("down", "--name", "test-nothing")).isZero();
    }

    private static List<String> ofTheCluster() {
        var folder = StateFolder.of(NAME).toString();
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(folder + "/"))
                .toList();
    }

    private static Progress collecting(List<String> steps) {
        return new Progress() {
            @Override
            public void done(String line) {
                steps.add(line);
            }

            @Override
            public void now(String line) {}
        };
    }
}
