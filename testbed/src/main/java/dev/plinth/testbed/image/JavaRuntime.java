package dev.plinth.testbed.image;

import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.process.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The Java runtime of the images, linked from the JDK that runs this. */
final class JavaRuntime {
    /** All of Java SE, what libraries use beside it, and the vector instructions of the engine. */
    static final List<String> MODULES = List.of(
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

    private JavaRuntime() {}

    /** Links it into {@code folder}, which must not exist. */
    static Path link(Path folder) {
        var jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
        if (!Files.isExecutable(jlink)) {
            throw new TestbedException("building images needs a JDK 25 with jlink; %s has none: set JAVA_HOME"
                    .formatted(System.getProperty("java.home")));
        }
        Commands.run(List.of(
                jlink.toString(),
                "--add-modules",
                String.join(",", MODULES),
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--output",
                folder.toString()));
        return folder;
    }
}
