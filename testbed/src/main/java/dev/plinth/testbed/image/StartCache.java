package dev.plinth.testbed.image;

import dev.plinth.testbed.TestbedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The runtime's classes as its JVM keeps them, read and linked, so that a pod need not do it at each start (JEP 483 and 514). They are
 * recorded while the server serves a simulated model, which loads all but libtorch's own. A JVM that finds other jars, or
 * cannot use the file, starts without it.
 */
final class StartCache {
    /** Where it lies in the image. */
    static final String FILE = "/app/runtime.aot";

    /** Of all files that Jib puts into layers; the JVM compares them. */
    private static final FileTime TIME_IN_IMAGE = FileTime.from(Instant.EPOCH.plusSeconds(1));

    private StartCache() {}

    /** The class path of jars in a folder. The JVM compares their order and their names; the folder may have been another. */
    static String classPath(String folder, List<Path> jars) {
        return jars.stream().map(jar -> folder + "/" + jar.getFileName()).collect(Collectors.joining(":"));
    }

    /**
     * Records them.
     *
     * @param java the runtime of the image
     * @param jars its class path, in order
     * @param work an empty folder, in which the file is written
     */
    static Path record(Path java, List<Path> jars, Path work) throws IOException {
        var libs = Files.createDirectories(work.resolve("app/libs"));
        for (var jar : jars) {
            var copy = Files.copy(jar, libs.resolve(jar.getFileName().toString()));
            Files.setLastModifiedTime(copy, TIME_IN_IMAGE);
        }
        var model = Files.createDirectory(work.resolve("model"));
        Files.writeString(model.resolve("simulation.json"), "{}");
        var cache = work.resolve("runtime.aot");
        var server = new ProcessBuilder(
                java.resolve("bin/java").toString(),
                "-XX:AOTCacheOutput=" + cache,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(libs.toString(), jars),
                "dev.plinth.server.Main");
        server.environment().put("PLINTH_MODEL_PATH", model.toString());
        server.environment().put("PLINTH_HOST", "127.0.0.1");
        server.environment().put("PLINTH_PORT", "0");
        var process = server.redirectErrorStream(true).start();
        try (var lines = process.inputReader()) {
            endWhenServing(process, lines);
            if (!process.waitFor(5, TimeUnit.MINUTES) || !Files.exists(cache)) {
                throw new TestbedException("the JVM wrote no cache of the runtime's classes");
            }
            return cache;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while recording the runtime's start", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void endWhenServing(Process process, BufferedReader lines) throws IOException {
        var said = new ArrayList<String>();
        boolean serving = false;
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            said.add(line);
            if (!serving && line.contains("serving ")) {
                serving = true;
                process.toHandle().destroy(); // unlike process.destroy(), this lets us read on
            }
        }
        if (!serving) {
            throw new TestbedException(
                    "the runtime does not start: " + (said.isEmpty() ? "it says nothing" : said.getLast()));
        }
    }
}
