package dev.plinth.testbed.nodes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** The control groups that the containers of a cluster's real nodes live in, in version 1 and version 2 hierarchies. */
public final class Cgroups {
    private static final Path MOUNT = Path.of("/sys/fs/cgroup");
    private static final String PARENT = "plinth-";

    private Cgroups() {}

    /** Makes the group of a node in every hierarchy and returns its path from the hierarchy's root. */
    static String create(String cluster, String node) {
        var path = "/" + PARENT + cluster + "/" + node;
        try {
            for (var hierarchy : hierarchies()) {
                var group = Files.createDirectories(hierarchy.resolve(path.substring(1)));
                if (unified()) {
                    delegate(hierarchy, group);
                } else if (hierarchy.endsWith("cpuset")) {
                    inheritCpuset(hierarchy, group);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return path;
    }

    /** Removes the groups of a cluster and kills what may be left in them. */
    public static void remove(String cluster) {
        remove(Path.of(PARENT + cluster));
    }

    /** Removes the groups of a node and kills what may be left in them. */
    static void remove(String cluster, String node) {
        remove(Path.of(PARENT + cluster, node));
    }

    /** Whether the machine has only the version 2 hierarchy. */
    static boolean unified() {
        return Files.exists(MOUNT.resolve("cgroup.controllers"));
    }

    private static void remove(Path relative) {
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

    private static void empty(Path group) throws IOException {
        for (int attempt = 0; ; attempt++) {
            for (var pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
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

    private static List<Path> hierarchies() throws IOException {
        if (unified()) {
            return List.of(MOUNT);
        }
        if (!Files.isDirectory(MOUNT)) {
            return List.of();
        }
        try (var all = Files.list(MOUNT)) {
            return all.filter(each -> Files.exists(each.resolve("cgroup.procs")) && !Files.isSymbolicLink(each))
                    .sorted()
                    .toList();
        }
    }

    /** A version 2 group offers a controller only if each of its parents hands it down. */
    private static void delegate(Path hierarchy, Path group) throws IOException {
        for (var each = hierarchy;
                !each.equals(group);
                each = each.resolve(each.relativize(group).getName(0))) {
            for (var controller :
                    Files.readString(each.resolve("cgroup.controllers")).strip().split(" ")) {
                try {
                    Files.writeString(each.resolve("cgroup.subtree_control"), "+" + controller);
                } catch (IOException e) {
                    // A controller that the parent keeps for itself; kubelet names it if it needs it.
                    continue;
                }
            }
        }
    }

    /** A version 1 cpuset group accepts no process before it has been given processors and memory nodes. */
    private static void inheritCpuset(Path hierarchy, Path group) throws IOException {
        for (var each = hierarchy; !each.equals(group); ) {
            var child = each.resolve(each.relativize(group).getName(0));
            for (var file : List.of("cpuset.cpus", "cpuset.mems")) {
                Files.writeString(child.resolve(file), Files.readString(each.resolve(file)));
            }
            each = child;
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
