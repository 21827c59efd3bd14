package dev.plinth.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Supplier;

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

    /** Does something that only one process may do at a time. */
    public static <T> T exclusively(String name, Supplier<T> action) {
        // A lock excludes other processes, the monitor other threads of this one.
        synchronized (Caches.class) {
            try (var channel = FileChannel.open(
                            folder("locks").resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                return action.get();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
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
