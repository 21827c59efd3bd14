package dev.plinth.testbed.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On folders that look like the kernel's and like a cluster's. */
class CgroupsTest {
    @TempDir
    private Path mount;

    @TempDir
    private Path cluster;

    @BeforeEach
    void aContainerOfEachOfTwoNodesWasKilled() throws IOException {
        killed("real-a", "aaa");
        killed("real-b", "bbb");
    }

    @Test
    void inVersionOneTheGroupsOfAClustersContainersAreRemovedFromEveryHierarchyAndNoOthers() throws IOException {
        for (var hierarchy : List.of("memory", "cpuset")) {
            Files.createFile(Files.createDirectory(mount.resolve(hierarchy)).resolve("cgroup.procs"));
            Files.createDirectories(mount.resolve(hierarchy).resolve("k8s.io/aaa/made-inside"));
            Files.createDirectories(mount.resolve(hierarchy).resolve("k8s.io/bbb"));
            Files.createDirectories(mount.resolve(hierarchy).resolve("k8s.io/of-another"));
        }
        Files.createSymbolicLink(mount.resolve("alias"), mount.resolve("memory"));

        new Cgroups(mount).removeLeftByCluster(cluster);
        for (var hierarchy : List.of("memory", "cpuset")) {
            assertThat(mount.resolve(hierarchy).resolve("k8s.io"))
                    .isDirectoryContaining("glob:**/of-another")
                    .isDirectoryNotContaining("glob:**/{aaa,bbb}");
        }
    }

    @Test
    void inVersionTwoTheGroupsOfOneNodeAreRemovedAndThoseOfTheOthersAreNot() throws IOException {
        unified();
        Files.createDirectories(mount.resolve("k8s.io/aaa"));
        Files.createDirectories(mount.resolve("k8s.io/bbb"));

        new Cgroups(mount).removeLeftByNode(cluster.resolve("nodes/real-a"));
        assertThat(mount.resolve("k8s.io/aaa")).doesNotExist();
        assertThat(mount.resolve("k8s.io/bbb")).isDirectory();
    }

    @Test
    void whatStillRunsInAGroupIsKilled() throws Exception {
        unified();
        var group = Files.createDirectories(mount.resolve("k8s.io/aaa"));
        var process = new ProcessBuilder("sleep", "600").start();
        var processes = Files.writeString(group.resolve("cgroup.procs"), process.pid() + "\n");
        // In the kernel's file system the file goes with its group.
        process.onExit().thenRun(() -> processes.toFile().delete());

        new Cgroups(mount).removeLeftByCluster(cluster);
        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(group).doesNotExist();
    }

    @Test
    void aMachineWithoutControlGroupsAndAClusterWithoutRealNodesHaveNothingToRemove() {
        new Cgroups(mount.resolve("absent")).removeLeftByCluster(cluster);
        new Cgroups(mount).removeLeftByCluster(cluster.resolve("absent"));
    }

    private void killed(String node, String container) throws IOException {
        Files.createDirectories(cluster.resolve(
                "nodes/%s/containerd/io.containerd.runtime.v2.task/k8s.io/%s".formatted(node, container)));
    }

    private void unified() throws IOException {
        Files.writeString(mount.resolve("cgroup.controllers"), "cpuset cpu memory pids\n");
    }
}
