package dev.plinth.testbed.nodes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * The control groups of the containers of real nodes, in version 1 and version 2 hierarchies: {@code k8s.io/ID}, where containerd
 * puts them, beside those of any other containerd of this machine.
 *
 * <p>A container that ends takes its group with it, and its folder among the files of its node's containerd. One that is killed
 * together with its node leaves both: the folder tells which groups are to be removed.
 *
 * @param mount where the hierarchies are mounted
 */
public record Cgroups(Path mount) {
    private static final String CONTAINERS = "k8s.io";
    private static final Path TASKS = Path.of("containerd", "io.containerd.runtime.v2.task", CONTAINERS);

    /** Those of this machine. */
    public static Cgroups ofThisMachine() {
        return new Cgroups(Path.of("/sys/fs/cgroup"));
    }

    /** Removes what the killed containers of all nodes of a cluster left, and kills what may be left in it. */
    public void removeLeftByCluster(Path folder) {
        children(folder.resolve("nodes")).forEach(this::removeLeftByNode);
    }

    /** Removes what the killed containers of a node left, and kills what may be left in it. */
    void removeLeftByNode(Path folder) {
        for (var container : children(folder.resolve(TASKS))) {
            for (var hierarchy : hierarchies()) {
                remove(hierarchy.resolve(CONTAINERS).resolve(container.getFileName()));
            }
        }
    }

    private List<Path> hierarchies() {
        var unified = Files.exists(mount.resolve("cgroup.controllers"));
        return unified
                ? List.of(mount)
                : children(mount).stream()
                        .filter(each -> Files.exists(each.resolve("cgroup.procs")) && !Files.isSymbolicLink(each))
                        .toList();
    }

    private static List<Path> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var all = Files.list(folder)) {
            return all.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A container may have made groups within its own. */
    private static void remove(Path group) {
        if (!Files.isDirectory(group)) {
            return;
        }
        try (var tree = Files.walk(group)) {
            for (var member : tree.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                empty(member);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void empty(Path group) throws IOException {
        for (int attempt = 0; ; attempt++) {
            for (var pid : processes(group)) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
            try {
                Files.deleteIfExists(group);
                return;
            } catch (IOException busy) {
                if (attempt == 100) {
                    throw busy;
                }
                pause();
            }
        }
    }

    private static List<Long> processes(Path group) throws IOException {
        try {
            return Files.readAllLines(group.resolve("cgroup.procs")).stream()
                    .map(Long::parseLong)
                    .toList();
        } catch (NoSuchFileException gone) {
            return List.of();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
