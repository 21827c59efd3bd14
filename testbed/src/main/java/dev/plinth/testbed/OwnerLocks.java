package dev.plinth.testbed;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Who owns which cluster: one file, in which an owner locks the byte whose position is its cluster's name.
 *
 * <p>A process loses all its locks on a file when it closes the file anywhere, so it opens this one once and never closes
 * it.
 */
final class OwnerLocks {
    private final Path folder;
    private Optional<FileChannel> channel = Optional.empty();

    OwnerLocks(Path folder) {
        this.folder = folder;
    }

    /** Locks a cluster until the result is closed; no result if it is locked, here or elsewhere. */
    synchronized Optional<Closeable> lock(String cluster) throws IOException {
        try {
            return Optional.ofNullable(file().tryLock(position(cluster), 1, false))
                    .map(lock -> lock::release);
        } catch (OverlappingFileLockException here) {
            return Optional.empty();
        }
    }

    synchronized boolean locked(String cluster) {
        try {
            var lock = lock(cluster);
            if (lock.isPresent()) {
                lock.get().close();
            }
            return lock.isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileChannel file() throws IOException {
        if (channel.isEmpty()) {
            var file = Files.createDirectories(folder).resolve("owners.lock");
            channel = Optional.of(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        }
        return channel.get();
    }

    private static long position(String cluster) {
        long position = 7;
        for (int i = 0; i < cluster.length(); i++) {
            position = 31 * position + cluster.charAt(i);
        }
        return position & (Long.MAX_VALUE >> 1);
    }
}
