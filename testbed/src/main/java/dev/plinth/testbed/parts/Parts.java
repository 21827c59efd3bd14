package dev.plinth.testbed.parts;

import dev.plinth.testbed.Caches;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.Trees;
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
import java.util.stream.Collectors;

/**
 * The programs of the cluster, each found in the first place that has it in a version that fits: a folder given
 * ({@code PLINTH_PARTS}, {@code KUBEBUILDER_ASSETS}), the {@code PATH}, the cache, a download of the official release, a build
 * from the Go modules.
 */
public final class Parts {
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
        var sources = GoSources.bundled();
        var cache = Caches.folder("parts").resolve(sources.digest());
        var download = new Download(sources, Release.Sites.OFFICIAL, progress);
        return resolve(needed, sources, places(System.getenv(), cache), cache, download, progress);
    }

    static Parts resolve(
            Set<Part> needed, GoSources sources, List<Place> places, Path cache, Download download, Progress progress) {
        var found = find(needed, places, sources, progress);
        if (found.size() < needed.size()) {
            progress.now("Looking for the parts of Kubernetes");
            var ours = List.of(new Place("the cache", cache, Place.Trust.OURS));
            found.putAll(Caches.exclusively(
                    "parts", () -> fill(cache, missing(needed, found), sources, ours, download, progress)));
        }
        return new Parts(found);
    }

    /** Where to look, in this order. */
    static List<Place> places(Map<String, String> environment, Path cache) {
        var places = new ArrayList<Place>();
        named(environment, "PLINTH_PARTS", Place.Trust.CHOSEN).ifPresent(places::add);
        named(environment, "KUBEBUILDER_ASSETS", Place.Trust.SHARED).ifPresent(places::add);
        for (var folder : environment.getOrDefault("PATH", "").split(":")) {
            if (!folder.isBlank()) {
                places.add(new Place("PATH", Path.of(folder), Place.Trust.AMBIENT));
            }
        }
        places.add(new Place("the cache", cache, Place.Trust.OURS));
        return places;
    }

    private static Optional<Place> named(Map<String, String> environment, String variable, Place.Trust trust) {
        return Optional.ofNullable(environment.get(variable))
                .filter(folder -> !folder.isBlank())
                .map(folder -> new Place(variable, Path.of(folder), trust));
    }

    /** Brings what is missing into the cache, unless another process just did. */
    private static Map<Part, Path> fill(
            Path cache, Set<Part> wanted, GoSources sources, List<Place> ours, Download download, Progress progress) {
        try {
            removeLeftovers(Optional.ofNullable(cache.getParent()).orElseThrow());
            var got = find(wanted, ours, sources, progress);
            if (!missing(wanted, got).stream().allMatch(download::offers)) {
                GoBuild.requireGo();
            }
            download.into(cache, missing(wanted, got));
            got.putAll(find(wanted, ours, sources, progress));
            if (got.size() < wanted.size()) {
                new GoBuild(sources).into(cache, missing(wanted, got), progress);
                got.putAll(find(wanted, ours, sources, progress));
            }
            if (got.size() < wanted.size()) {
                throw new TestbedException(
                        "the build left out %s; remove %s and try again".formatted(missing(wanted, got), cache));
            }
            return got;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void removeLeftovers(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var all = Files.list(folder)) {
            for (var left : all.filter(each -> each.getFileName().toString().startsWith(GoBuild.WORK))
                    .toList()) {
                Trees.delete(left);
            }
        }
    }

    private static Map<Part, Path> find(Set<Part> needed, List<Place> places, GoSources sources, Progress progress) {
        var found = new EnumMap<Part, Path>(Part.class);
        for (var part : needed) {
            places.stream()
                    .flatMap(place -> place.find(part, sources, progress).stream())
                    .findFirst()
                    .ifPresent(path -> found.put(part, path));
        }
        return found;
    }

    private static Set<Part> missing(Set<Part> needed, Map<Part, Path> found) {
        return needed.stream()
                .filter(part -> !found.containsKey(part))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Part.class)));
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
