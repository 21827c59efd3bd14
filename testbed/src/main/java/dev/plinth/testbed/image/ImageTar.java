package dev.plinth.testbed.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import dev.plinth.testbed.Caches;
import dev.plinth.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** An image archive, built by Jib without a daemon or a registry. */
public final class ImageTar {
    private ImageTar() {}

    /** An image of nothing but what is added to it. */
    public static JibContainerBuilder fromNothing() {
        return Jib.fromScratch().setPlatforms(Set.of(new Platform(architecture(), "linux")));
    }

    /** An image on top of another archive. */
    public static JibContainerBuilder from(Path base) {
        return Jib.from(TarImage.at(base));
    }

    /** Writes the archive; unchanged layers come from the cache. An archive appears whole or not at all. */
    public static Path write(JibContainerBuilder image, String name, Path archive) {
        try {
            var folder = Files.createDirectories(
                    Optional.ofNullable(archive.toAbsolutePath().getParent()).orElseThrow());
            var partial = Files.createTempFile(folder, "image-", ".part");
            try {
                image.containerize(Containerizer.to(TarImage.at(partial).named(name))
                        .setOfflineMode(true)
                        .setApplicationLayersCache(Caches.folder("images/layers"))
                        .setBaseImageLayersCache(Caches.folder("images/base-layers")));
                return Files.move(
                        partial, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while building the image " + name, e);
        } catch (IOException
                | ExecutionException
                | RegistryException
                | CacheDirectoryCreationException
                | InvalidImageReferenceException e) {
            throw new TestbedException("cannot build the image %s: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static String architecture() {
        return "aarch64".equals(System.getProperty("os.arch")) ? "arm64" : "amd64";
    }
}
