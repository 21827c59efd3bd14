package dev.plinth.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The user's cache folder, which keeps what is costly to build or fetch and can always be made again. */
public final class Caches {
    private Caches() {}

    /** {@code $XDG_CACHE_HOME/plinth}, or {@code ~/.cache/plinth}. */
    public static Path root() {
        return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(set -> !set.isBlank())
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("plinth")
                .toAbsolutePath();
    }

    /** A folder of the cache, made if absent. */
    public static Path folder(String name) {
        try {
            return Files.createDirectories(root().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
