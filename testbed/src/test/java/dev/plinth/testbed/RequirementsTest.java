package dev.plinth.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Makefile's targets say about a machine that lacks something: one line, with what still works. */
class RequirementsTest {
    private static final Path SCRIPTS = Path.of("scripts").toAbsolutePath();

    @TempDir
    private Path folder;

    @Test
    void aMachineThatHasAllIsToldNothing() throws Exception {
        assertThat(says("require_demo", "")).isEmpty();
        assertThat(says("require_test", "")).isEmpty();
        assertThat(says("require_cluster", "plinth_user() { echo 1000; }")).isEmpty();
    }

    @Test
    void anotherSystemThanLinux() throws Exception {
        assertThat(says("require_cluster", "plinth_system() { echo Darwin; }"))
                .containsExactly(
                        "plinth: the one-machine cluster needs Linux, this is Darwin: 'make check' works here, and "
                                + "charts/install.yaml on an existing cluster through KUBECONFIG.");
    }

    @Test
    void anOrdinaryUser() throws Exception {
        assertThat(says("require_demo", "plinth_user() { echo 1000; }"))
                .containsExactly(
                        "plinth: the demo needs root, for nodes that run containers: without it 'make cluster-up' "
                                + "(control plane and simulated nodes) and 'make test' work, and charts/install.yaml on an existing "
                                + "cluster through KUBECONFIG.");
        assertThat(says("require_test", "plinth_user() { echo 1000; }"))
                .containsExactly(
                        "plinth: not root: the tests on nodes that run containers are skipped, all others run");
    }

    @Test
    void tooLittleMemory() throws Exception {
        assertThat(says("require_demo", "plinth_free_memory_gib() { echo 3; }"))
                .singleElement()
                .asString()
                .startsWith("plinth: the demo needs 6 GiB of free memory, this machine has 3:");
    }

    @Test
    void tooLittleDiskOfWhichTheFirstBuildNeedsMore() throws Exception {
        assertThat(says("require_demo", "plinth_free_disk_gib() { echo 5; }"))
                .singleElement()
                .asString()
                .startsWith("plinth: the demo needs 6 GiB of free disk in ");
        assertThat(says("require_demo", "plinth_free_disk_gib() { echo 10; }; plinth_has_parts() { false; }"))
                .singleElement()
                .asString()
                .startsWith("plinth: the demo needs 12 GiB of free disk in ");
    }

    @Test
    void aGoThatIsAbsentOrTooOldMattersOnlyWhereThereIsSomethingToBuild() throws Exception {
        go("go1.21.4");
        assertThat(says("require_cluster", "plinth_has_parts() { false; }"))
                .containsExactly(
                        ("plinth: Go is too old (go1.21.4 at %s): install Go 1.26 or newer, or name a folder with the "
                                        + "cluster's programs in PLINTH_PARTS; 'make check' works without.")
                                .formatted(folder.resolve("go")));
        assertThat(says("require_cluster", "")).isEmpty();
        go("go1.27rc1");
        assertThat(says("require_cluster", "plinth_has_parts() { false; }")).isEmpty();
    }

    @Test
    void aMachineWithoutMaven() throws Exception {
        var lines =
                run("java-env.sh", "command() { if [ \"$2\" = mvn ]; then return 1; fi; builtin command \"$@\"; }", "");
        assertThat(lines)
                .containsExactly("plinth: no Maven found: install Maven 3.8.7 or newer so that 'mvn' is on the PATH.");
    }

    @Test
    void aMachineWithoutAJdk25() throws Exception {
        // Every JDK there is answers with another version.
        assertThat(run("java-env.sh", "grep() { return 1; }", ""))
                .singleElement()
                .asString()
                .startsWith("plinth: no JDK 25 found: install one");
    }

    /** What a requirement says on a machine that has all but what {@code changes} say. */
    private List<String> says(String requirement, String changes) throws Exception {
        var plenty = "plinth_system() { echo Linux; }; plinth_user() { echo 0; }; plinth_has_parts() { true; }; "
                + "plinth_free_memory_gib() { echo 16; }; plinth_free_disk_gib() { echo 50; }; ";
        return run("requirements.sh", "", plenty + changes + "\n" + requirement);
    }

    private List<String> run(String script, String before, String after) throws Exception {
        var text = before + "\n. " + SCRIPTS.resolve(script) + "\n" + after;
        var shell = new ProcessBuilder("bash", "-c", text).redirectErrorStream(true);
        shell.environment().merge("PATH", folder.toString(), (path, first) -> first + ":" + path);
        var process = shell.start();
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return said.lines().toList();
    }

    private void go(String version) throws IOException {
        var file = Files.writeString(folder.resolve("go"), "#!/bin/sh\necho %s\n".formatted(version));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
