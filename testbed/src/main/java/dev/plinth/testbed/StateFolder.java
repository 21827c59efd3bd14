package dev.plinth.testbed;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import dev.plinth.testbed.nodes.Cgroups;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The folder of one cluster, owned by one process at a time.
 *
 * <p>Ownership is a lock, which the kernel drops when the owner dies. So a folder whose lock is free is what a killed run
 * left, and is removed by the next owner.
 */
public final class StateFolder implements AutoCloseable {
    private static final String OWNER = "owner";
    private static final OwnerLocks OWNERS = new OwnerLocks(home());

    private final Path folder;
    private final Closeable lock;

    private StateFolder(Path folder, Closeable lock) {
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

    /** Takes the folder of a cluster and empties it; no result if another process, or this one, owns it. */
    public static Optional<StateFolder> acquire(String cluster) {
        try {
            var lock = OWNERS.lock(cluster);
            if (lock.isEmpty()) {
                return Optional.empty();
            }
            var state = new StateFolder(of(cluster), lock.get());
            state.wipe();
            Files.createDirectory(state.folder, asFileAttribute(fromString("rwx--x--x")));
            state.write(OWNER, Long.toString(ProcessHandle.current().pid()));
            return Optional.of(state);
        } catch (IOException e) {
            throw new TestbedException("cannot use the folder %s: %s".formatted(home(), e.getMessage()), e);
        }
    }

    /** The process that owns a cluster, if one that lives does. */
    public static Optional<ProcessHandle> owner(String cluster) {
        for (int attempt = 0; OWNERS.locked(cluster); attempt++) {
            try {
                var pid = Files.readString(of(cluster).resolve(OWNER));
                return ProcessHandle.of(Long.parseLong(pid));
            } catch (IOException | NumberFormatException beginning) {
                if (attempt == 100) {
                    throw new TestbedException(
                            "%s has an owner that does not say who it is".formatted(of(cluster)), beginning);
                }
                pause();
            }
        }
        return Optional.empty();
    }

    /** Removes what killed owners left, of whatever cluster. */
    public static void sweep() {
        clusters().forEach(name -> acquire(name).ifPresent(StateFolder::close));
    }

    /** Names of the clusters that are up or coming up. */
    public static List<String> owned() {
        return clusters().stream().filter(OWNERS::locked).toList();
    }

    /** Names of the clusters that have a folder, whether its owner lives or not. */
    private static List<String> clusters() {
        if (!Files.isDirectory(home())) {
            return List.of();
        }
        try (var folders = Files.list(home())) {
            return folders.filter(folder -> Files.exists(folder.resolve(OWNER)))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
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

    /** A symbolic link in the folder. */
    void link(String relative, Path target) {
        try {
            Files.createSymbolicLink(file(relative), target);
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
        try (lock) {
            wipe();
        } catch (IOException e) {
            throw new TestbedException("cannot remove %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /** The processes of a killed owner die with it, but may take a moment, and write a last file while they do. */
    private void wipe() throws IOException {
        awaitTheLastProcess();
        Cgroups.ofThisMachine().removeLeftByCluster(folder);
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

    /** Waits until no process works in the folder, but not for ever: a user may have it open. */
    private void awaitTheLastProcess() {
        for (int attempt = 0; attempt < 200 && isWorkedIn(); attempt++) {
            pause();
        }
    }

    private boolean isWorkedIn() {
        var self = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != self)
                .flatMap(process -> process.info().commandLine().stream())
                .anyMatch(line -> line.contains(folder + "/"));
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
