package dev.plinth.api.generate;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The checkout that the tests run in. */
public final class Repository {
    /** Its outermost folder. */
    public static final Path ROOT = root(Path.of("").toAbsolutePath());

    private Repository() {}

    private static Path root(@Nullable Path folder) {
        if (folder == null) {
            throw new IllegalStateException("Run this inside a checkout: no folder above has .mvn");
        }
        return Files.isDirectory(folder.resolve(".mvn")) ? folder : root(folder.getParent());
    }
}
