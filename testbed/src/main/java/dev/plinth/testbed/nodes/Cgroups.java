package dev.plinth.testbed.nodes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The control groups that the containers of a cluster's real nodes live in, in version 1 and version 2 hierarchies.
 *
 * <p>A node's group holds no process of its own, only groups of containers, as version 2 demands of a group that hands
 * controllers down.
 *
 * @param mount where the hierarchies are mounted
 */
public record Cgroups(Path mount) {
    private static final String PARENT = "plinth-";

    /** Those of this machine. */
    public static Cgroups ofThisMachine() {
        return new Cgroups(Path.of("/sys/fs/cgroup"));
    }

    /** Makes the group of a node in every hierarchy and returns its path from the hierarchy's root. */
    String create(String cluster, String node) {
        var path = Path.of(PARENT + cluster, node);
        try {
            for (var hierarchy : hierarchies()) {
                Files.createDirectories(hierarchy.resolve(path));
                if (unified()) {
                    delegate(hierarchy, path);
                } else if (hierarchy.endsWith("cpuset")) {
                    inheritCpuset(hierarchy, path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "/" + path;
    }

    /** Removes the groups of a cluster and kills what may be left in them. */
    public void remove(String cluster) {
        remove(Path.of(PARENT + cluster));
    }

    /** Removes the groups of a node and kills what may be left in them. */
    void remove(String cluster, String node) {
        remove(Path.of(PARENT + cluster, node));
    }

    private void remove(Path relative) {
        try {
            for (var hierarchy : hierarchies()) {
                var group = hierarchy.resolve(relative);
                if (!Files.isDirectory(group)) {
                    continue;
                }
                try (var tree = Files.walk(group)) {
                    for (var member : tree.filter(Files::isDirectory)
                            .sorted(Comparator.reverseOrder())
                            .toList()) {
                        empty(member);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the machine has only the version 2 hierarchy. */
    private boolean unified() {
        return Files.exists(mount.resolve("cgroup.controllers"));
    }

    private List<Path> hierarchies() throws IOException {
        if (unified()) {
            return List.of(mount);
        }
        if (!Files.isDirectory(mount)) {
            return List.of();
        }
        try (var all = Files.list(mount)) {
            return all.filter(each -> Files.exists(each.resolve("cgroup.procs")) && !Files.isSymbolicLink(each))
                    .sorted()
                    .toList();
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

    /** A version 2 group offers a controller only if each of its parents hands it down. */
    private static void delegate(Path hierarchy, Path group) throws IOException {
        for (var parent : parents(hierarchy, group)) {
            for (var controller : Files.readString(hierarchy.resolve("cgroup.controllers"))
                    .strip()
                    .split(" ")) {
                try {
                    Files.writeString(parent.resolve("cgroup.subtree_control"), "+" + controller);
                } catch (IOException e) {
                    // A controller that the parent keeps for itself; kubelet names it if it needs it.
                    continue;
                }
            }
        }
    }

    /** A version 1 cpuset group accepts no process before it has been given processors and memory nodes. */
    private static void inheritCpuset(Path hierarchy, Path group) throws IOException {
        for (var parent : parents(hierarchy, group)) {
            var child =
                    parent.resolve(parent.relativize(hierarchy.resolve(group)).getName(0));
            for (var file : List.of("cpuset.cpus", "cpuset.mems")) {
                Files.writeString(child.resolve(file), Files.readString(parent.resolve(file)));
            }
        }
    }

    /** The groups above a group, the hierarchy's root first. */
    private static List<Path> parents(Path hierarchy, Path group) {
        var parents = new ArrayList<Path>();
        var parent = hierarchy;
        for (var name : group) {
            parents.add(parent);
            parent = parent.resolve(name);
        }
        return parents;
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
