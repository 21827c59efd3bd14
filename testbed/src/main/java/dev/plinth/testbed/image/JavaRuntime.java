package dev.plinth.testbed.image;

import dev.plinth.testbed.Caches;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.process.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The Java runtime of the images, linked from the JDK that runs this. */
final class JavaRuntime {
    /** All of Java SE, what libraries use beside it, and the vector instructions of the engine. */
    private static final List<String> MODULES = List.of(
            "java.se",
            "jdk.unsupported",
            "jdk.management",
            "jdk.crypto.ec",
            "jdk.zipfs",
            "jdk.jfr",
            "jdk.jcmd",
            "jdk.net",
            "jdk.naming.dns",
            "jdk.httpserver",
            "jdk.incubator.vector");

    /** Java's own classes, read and linked, are in it, which other programs than the one whose start is recorded need. */
    private static final List<String> OPTIONS =
            List.of("--strip-java-debug-attributes", "--no-header-files", "--no-man-pages", "--generate-cds-archive");

    private JavaRuntime() {}

    /** What it is made from. */
    static String recipe() {
        return Runtime.version().toString() + MODULES + OPTIONS;
    }

    /** The folder where it is linked, once a JDK; kept in the cache, since a start is recorded with it. */
    static Path linked() throws IOException {
        var folder = Caches.folder("images").resolve("java-" + Integer.toHexString(recipe().hashCode()));
        if (!Files.isDirectory(folder)) {
            var partial = Files.createTempDirectory(Caches.folder("images"), "java-");
            link(partial.resolve("java"));
            Files.move(partial.resolve("java"), folder, StandardCopyOption.ATOMIC_MOVE);
            Files.delete(partial);
        }
        return folder;
    }

    private static void link(Path folder) {
        var jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
        if (!Files.isExecutable(jlink)) {
            throw new TestbedException("building images needs a JDK 25 with jlink; %s has none: set JAVA_HOME"
                    .formatted(System.getProperty("java.home")));
        }
        var command = new ArrayList<>(List.of(jlink.toString(), "--add-modules", String.join(",", MODULES)));
        command.addAll(OPTIONS);
        command.addAll(List.of("--output", folder.toString()));
        Commands.run(command);
    }
}
