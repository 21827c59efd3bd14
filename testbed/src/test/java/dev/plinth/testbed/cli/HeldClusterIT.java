package dev.plinth.testbed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.StateFolder;
import dev.plinth.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cluster that another process holds, as the demo does. */
class HeldClusterIT {
    private static final String NAME = "test-held";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @AfterEach
    void down() {
        Background.down(NAME);
    }

    @Test
    void itEndsWhenItsHolderIsKilledWhileItComesUp() throws IOException {
        var holder = holder();
        await().atMost(PATIENCE).until(() -> StateFolder.owner(NAME).isPresent());
        holder.destroyForcibly();
        nothingIsLeft();
    }

    @Test
    void itEndsWhenItsHolderIsKilledAfterItCameUp() throws IOException {
        var holder = holder();
        assertThat(holder.inputReader().readLine()).isEqualTo("up");
        holder.destroyForcibly();
        nothingIsLeft();
    }

    @Test
    void aClusterThatIsLetGoLivesOnAndStandsInTheWayOfTheNext() throws IOException {
        var holder = holder("let go");
        assertThat(holder.inputReader().lines()).containsExactly("up");
        assertThat(Background.attach(NAME).status()).contains("5 running");
        assertThatThrownBy(() -> Background.hold(ClusterSpec.controlPlane(NAME), Progress.silent()))
                .isInstanceOf(TestbedException.class)
                .hasMessage("a cluster named test-held is up already; end it with: make cluster-down NAME=test-held");
    }

    private static void nothingIsLeft() {
        await().atMost(PATIENCE).until(() -> StateFolder.owner(NAME).isEmpty());
        assertThat(StateFolder.of(NAME)).doesNotExist();
        assertThat(ProcessHandle.allProcesses()
                        .filter(process -> process.info()
                                .commandLine()
                                .filter(line -> line.contains(StateFolder.of(NAME) + "/"))
                                .isPresent()))
                .isEmpty();
    }

    private static Process holder(String... arguments) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command =
                new ArrayList<>(List.of(java, "-cp", System.getProperty("java.class.path"), Holder.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Holds a cluster until it is killed, or lets it go at once. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws InterruptedException {
            var cluster = Background.hold(ClusterSpec.controlPlane(NAME), Progress.silent());
            System.out.println("up");
            if (arguments.length > 0) {
                cluster.letGo();
            } else {
                Thread.sleep(Duration.ofMinutes(5));
            }
        }
    }
}
