package dev.plinth.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a measurement needs of the machine, and what of it the system holds in memory. */
final class Machine {
    /** Of Linux' {@code fcntl.h}. */
    private static final int O_RDONLY = 0;

    private static final int POSIX_FADV_DONTNEED = 4;

    private Machine() {}

    /** Says so if there is less memory than a part needs. */
    static boolean lacksMemory(String part, long bytes) throws IOException {
        long available = Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(Long.MAX_VALUE);
        return lacks(part, "memory", available, bytes);
    }

    /** Says so if there is less room for temporary files than a part needs. */
    static boolean lacksDisk(String part, long bytes) throws IOException {
        long available = Files.getFileStore(Path.of(System.getProperty("java.io.tmpdir")))
                .getUsableSpace();
        return lacks(part, "disk", available, bytes);
    }

    private static boolean lacks(String part, String what, long available, long bytes) {
        if (available >= bytes) {
            return false;
        }
        System.out.printf(
                "bench-engine: part %s is left out: it needs %.1f GB of %s, and there are %.1f%n",
                part, bytes / 1e9, what, available / 1e9);
        return true;
    }

    /** Writes what is not on disk yet, and has the system forget the file's content, so that the next reader waits for the disk. */
    static void forget(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Linker linker = Linker.nativeLinker();
        ValueLayout.OfInt number = ValueLayout.JAVA_INT;
        ValueLayout.OfLong offset = ValueLayout.JAVA_LONG;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(file.toString());
            var open = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("open"),
                    FunctionDescriptor.of(number, ValueLayout.ADDRESS, number),
                    Linker.Option.firstVariadicArg(2));
            var advise = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("posix_fadvise"),
                    FunctionDescriptor.of(number, number, offset, offset, number));
            var close = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(number, number));
            int descriptor = (int) open.invokeExact(name, O_RDONLY);
            int failed = (int) advise.invokeExact(descriptor, 0L, 0L, POSIX_FADV_DONTNEED);
            int notClosed = (int) close.invokeExact(descriptor);
            if (descriptor < 0 || failed != 0 || notClosed != 0) {
                throw new IOException("the system keeps " + file + " in memory");
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
