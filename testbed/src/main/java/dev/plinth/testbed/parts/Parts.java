package dev.plinth.testbed.parts;

import dev.plinth.testbed.Caches;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The programs of the cluster, each found in the first place that has it: a folder given ({@code PLINTH_PARTS},
 * {@code KUBEBUILDER_ASSETS}), the cache, a download of the official release, a build from the Go modules.
 */
public final class Parts {
    /** The Kubernetes that the Go module requires; a test compares the two. */
    public static final String KUBERNETES = "v1.37.2";

    private final Map<Part, Path> found;

    private Parts(Map<Part, Path> found) {
        this.found = found;
    }

    /** The path of a program. */
    public Path path(Part part) {
        var path = found.get(part);
        if (path == null) {
            throw new IllegalArgumentException(part + " was not asked for");
        }
        return path;
    }

    /** The folder that a program lies in. */
    public Path folder(Part part) {
        return Optional.ofNullable(path(part).getParent()).orElseThrow();
    }

    public String program(Part part) {
        return path(part).toString();
    }

    /** Finds, downloads or builds the programs asked for. Two processes that both lack them build once. */
    public static Parts resolve(Set<Part> needed, Progress progress) {
        requireLinux();
        var given = Stream.of("PLINTH_PARTS", "KUBEBUILDER_ASSETS")
                .map(System::getenv)
                .filter(folder -> folder != null && !folder.isBlank())
                .map(Path::of)
                .toList();
        var sources = GoSources.bundled();
        var cache = Caches.folder("parts").resolve(sources.digest());
        var places = new ArrayList<>(given);
        places.add(cache);

        var found = find(needed, places);
        if (found.size() == needed.size()) {
            return new Parts(found);
        }
        try (var channel = FileChannel.open(
                        Caches.folder("parts").resolve(sources.digest() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                var _ = lock(channel, progress)) {
            var missing = missing(needed, find(needed, places));
            if (!missing.isEmpty()) {
                missing = missing(missing, Download.into(cache, missing, progress));
            }
            if (!missing.isEmpty()) {
                new GoBuild(sources).into(cache, missing, progress);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var complete = find(needed, places);
        var absent = missing(needed, complete);
        if (!absent.isEmpty()) {
            throw new TestbedException("the build left out %s; remove %s and try again".formatted(absent, cache));
        }
        return new Parts(complete);
    }

    private static FileLock lock(FileChannel channel, Progress progress) throws IOException {
        var lock = channel.tryLock();
        if (lock == null) {
            progress.done("Waiting for another process that builds the parts of Kubernetes");
            lock = channel.lock();
        }
        return lock;
    }

    private static Map<Part, Path> find(Set<Part> needed, List<Path> places) {
        var found = new EnumMap<Part, Path>(Part.class);
        for (var part : needed) {
            places.stream()
                    .map(place -> place.resolve(part.program()))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .ifPresent(path -> found.put(part, path.toAbsolutePath()));
        }
        return found;
    }

    private static Set<Part> missing(Set<Part> needed, Map<Part, Path> found) {
        var missing = EnumSet.copyOf(needed);
        missing.removeAll(found.keySet());
        return missing;
    }

    private static void requireLinux() {
        var system = Optional.ofNullable(System.getProperty("os.name")).orElse("");
        if (!system.equals("Linux")) {
            throw new TestbedException(
                    "the one-machine cluster needs Linux, this is %s; use an existing cluster through KUBECONFIG instead"
                            .formatted(system));
        }
    }
}
