package dev.plinth.testbed.parts;

import dev.plinth.testbed.Caches;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        progress.now("Looking for the parts of Kubernetes");
        Caches.exclusively("parts", () -> {
            fill(cache, sources, missing(needed, find(needed, places)), progress);
            return cache;
        });
        var complete = find(needed, places);
        var absent = missing(needed, complete);
        if (!absent.isEmpty()) {
            throw new TestbedException("the build left out %s; remove %s and try again".formatted(absent, cache));
        }
        return new Parts(complete);
    }

    private static void fill(Path cache, GoSources sources, Set<Part> wanted, Progress progress) {
        try {
            var rest = missing(wanted, Download.into(cache, wanted, progress));
            if (!rest.isEmpty()) {
                new GoBuild(sources).into(cache, rest, progress);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
