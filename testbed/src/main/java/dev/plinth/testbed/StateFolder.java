package dev.plinth.testbed;

import dev.plinth.testbed.nodes.Cgroups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The folder of one cluster, owned by one process at a time.
 *
 * <p>Ownership is a lock on a file beside the folder. The kernel drops it when the owner dies, so a folder whose lock is
 * free is what a killed run left, and is removed by the next owner.
 */
public final class StateFolder implements AutoCloseable {
    private final Path folder;
    private final FileChannel lock;

    private StateFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** Where the folders of all clusters lie: {@code PLINTH_TESTBED_HOME}, or a folder of the user's cache. */
    public static Path home() {
        return Optional.ofNullable(System.getenv("PLINTH_TESTBED_HOME"))
                .map(Path::of)
                .orElseGet(() -> Caches.root().resolve("testbed"))
                .toAbsolutePath();
    }

    /** The folder of a cluster, whoever owns it. */
    public static Path of(String cluster) {
        return home().resolve(cluster);
    }

    /** Takes the folder of a cluster, empty; empty result if another process owns it. */
    public static Optional<StateFolder> acquire(String cluster) {
        try {
            Files.createDirectories(home());
            var channel = FileChannel.open(lockFile(cluster), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() == null) {
                    channel.close();
                    return Optional.empty();
                }
            } catch (OverlappingFileLockException e) {
                channel.close();
                return Optional.empty();
            }
            var state = new StateFolder(of(cluster), channel);
            state.wipe();
            Files.createDirectories(state.folder);
            return Optional.of(state);
        } catch (IOException e) {
            throw new TestbedException("cannot use the folder %s: %s".formatted(home(), e.getMessage()), e);
        }
    }

    /** Whether a living process owns the cluster. */
    public static boolean owned(String cluster) {
        try (var channel = FileChannel.open(lockFile(cluster), StandardOpenOption.WRITE)) {
            var free = channel.tryLock();
            return free == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path path() {
        return folder;
    }

    /** A path in the folder, whose parents are made. */
    public Path file(String relative) {
        var file = folder.resolve(relative);
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** Writes a file in the folder. */
    public Path write(String relative, String content) {
        try {
            return Files.writeString(file(relative), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder in the folder. */
    public Path folder(String relative) {
        try {
            return Files.createDirectories(folder.resolve(relative));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes the folder and gives it up. */
    @Override
    public void close() {
        try {
            wipe();
            Files.deleteIfExists(lockFile(folder.getFileName().toString()));
            lock.close();
        } catch (IOException e) {
            throw new TestbedException("cannot remove %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /** The processes of a killed owner die with it, but may write a last file while they do. */
    private void wipe() throws IOException {
        Cgroups.remove(folder.getFileName().toString());
        for (int attempt = 0; Files.exists(folder); attempt++) {
            try {
                Trees.delete(folder);
            } catch (DirectoryNotEmptyException | NoSuchFileException | UncheckedIOException e) {
                if (attempt == 100) {
                    throw e;
                }
            }
        }
    }

    private static Path lockFile(String cluster) {
        return home().resolve(cluster + ".lock");
    }
}
