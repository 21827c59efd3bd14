package dev.plinth.testbed.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On folders that look like the kernel's: what is written where. */
class CgroupsTest {
    @TempDir
    private Path mount;

    @Test
    void inVersionTwoEveryParentHandsItsControllersDownAndTheGroupItselfKeepsThem() throws IOException {
        unified();
        assertThat(new Cgroups(mount).create("demo", "real-a")).isEqualTo("/plinth-demo/real-a");

        assertThat(mount.resolve("plinth-demo/real-a")).isDirectory();
        // The last of the controllers written; the kernel takes each line as one more.
        assertThat(mount.resolve("cgroup.subtree_control")).hasContent("+pids");
        assertThat(mount.resolve("plinth-demo/cgroup.subtree_control")).hasContent("+pids");
        assertThat(mount.resolve("plinth-demo/real-a/cgroup.subtree_control")).doesNotExist();
    }

    @Test
    void inVersionOneTheGroupIsMadeInEveryHierarchyAndGivenItsProcessors() throws IOException {
        hierarchy("memory");
        hierarchy("cpuset");
        Files.writeString(mount.resolve("cpuset/cpuset.cpus"), "0-1");
        Files.writeString(mount.resolve("cpuset/cpuset.mems"), "0");
        Files.createSymbolicLink(mount.resolve("alias"), mount.resolve("memory"));

        assertThat(new Cgroups(mount).create("demo", "real-a")).isEqualTo("/plinth-demo/real-a");
        assertThat(mount.resolve("memory/plinth-demo/real-a")).isDirectory();
        for (var group : List.of("plinth-demo", "plinth-demo/real-a")) {
            assertThat(mount.resolve("cpuset").resolve(group).resolve("cpuset.cpus"))
                    .hasContent("0-1");
            assertThat(mount.resolve("cpuset").resolve(group).resolve("cpuset.mems"))
                    .hasContent("0");
        }
    }

    @Test
    void theGroupsOfOneClusterAreRemovedAndNoOthers() throws IOException {
        for (var setting : List.of("unified", "legacy")) {
            var root = Files.createDirectories(mount.resolve(setting));
            var hierarchy = setting.equals("unified") ? root : Files.createDirectories(root.resolve("memory"));
            Files.createFile(hierarchy.resolve("cgroup.procs"));
            if (setting.equals("unified")) {
                Files.writeString(root.resolve("cgroup.controllers"), "");
            }
            Files.createDirectories(hierarchy.resolve("plinth-demo/real-a/pod/container"));
            Files.createDirectories(hierarchy.resolve("plinth-demo-2/real-a"));

            new Cgroups(root).remove("demo");
            assertThat(hierarchy.resolve("plinth-demo")).doesNotExist();
            assertThat(hierarchy.resolve("plinth-demo-2/real-a")).isDirectory();
        }
    }

    @Test
    void whatStillRunsInAGroupIsKilled() throws Exception {
        unified();
        var group = Files.createDirectories(mount.resolve("plinth-demo/real-a"));
        var process = new ProcessBuilder("sleep", "600").start();
        var processes = Files.writeString(group.resolve("cgroup.procs"), process.pid() + "\n");
        // In the kernel's file system the file goes with its group.
        process.onExit().thenRun(() -> processes.toFile().delete());

        new Cgroups(mount).remove("demo");
        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(group).doesNotExist();
    }

    @Test
    void aMachineWithoutControlGroupsHasNothingToMakeOrRemove() {
        var none = new Cgroups(mount.resolve("absent"));
        assertThat(none.create("demo", "real-a")).isEqualTo("/plinth-demo/real-a");
        none.remove("demo");
    }

    private void unified() throws IOException {
        Files.writeString(mount.resolve("cgroup.controllers"), "cpuset cpu memory pids\n");
    }

    private void hierarchy(String name) throws IOException {
        Files.createFile(Files.createDirectory(mount.resolve(name)).resolve("cgroup.procs"));
    }
}
