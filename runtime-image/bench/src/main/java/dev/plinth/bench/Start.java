package dev.plinth.bench;

import dev.plinth.bench.Figures.Better;
import dev.plinth.engine.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a user waits for a server: from the start of the process, as the image starts it, to the moment when requests are answered.
 * The model's file is in the page cache, the libraries are unpacked, the classes recorded with a simulated model as the image has them.
 */
final class Start {
    private static final int ROUNDS = 3;

    private final Path model;
    private final Figures figures;

    Start(Path model, Figures figures) {
        this.model = model;
        this.figures = figures;
    }

    void measure() throws Exception {
        Path folder = Files.createTempDirectory("bench-engine-");
        Path cache = folder.resolve("runtime.aot");
        Path simulated = Files.createDirectory(folder.resolve("simulated"));
        Path description = Files.writeString(simulated.resolve("simulation.json"), "{}");
        try {
            secondsToReady(simulated, "-XX:AOTCacheOutput=" + cache);
            secondsToReady(model, "-XX:AOTCache=" + cache); // reads the files
            double asInImage = Double.MAX_VALUE;
            double without = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                asInImage = Math.min(asInImage, secondsToReady(model, "-XX:AOTCache=" + cache));
                without = Math.min(without, secondsToReady(model, "-XX:AOTMode=off"));
            }
            figures.add(
                    "start of the process to ready, SmolLM2 135M", asInImage, "s", 3, Better.LOWER, "as in the image");
            figures.note("the same without recorded classes", without, "s", Better.LOWER, "");
        } finally {
            for (Path path : List.of(description, simulated, cache, folder)) {
                Files.deleteIfExists(path);
            }
        }
        inRunningJvm();
    }

    private void inRunningJvm() throws Exception {
        long start = System.nanoTime();
        Files.readAllBytes(model);
        double read = (System.nanoTime() - start) / 1e9;
        start = System.nanoTime();
        try (Side side = new PlinthSide(model, Precision.INT8, 1, 1, 512)) {
            side.run(List.of("Hello"), 1);
            double ready = (System.nanoTime() - start) / 1e9;
            figures.note("open to first token, SmolLM2 135M, running JVM", ready, "s", Better.LOWER, "");
            figures.note("the same against reading its file (98 MB, Q4_1)", ready / read, "ratio", Better.LOWER, "");
        }
    }

    private static double secondsToReady(Path model, String option) throws IOException, InterruptedException {
        ProcessBuilder server = new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+ExitOnOutOfMemoryError",
                option,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.plinth.server.Main");
        server.environment().put("PLINTH_MODEL_PATH", model.toString());
        server.environment().put("PLINTH_HOST", "127.0.0.1");
        server.environment().put("PLINTH_PORT", "0");
        server.environment().put("OMP_NUM_THREADS", "1");
        long start = System.nanoTime();
        Process process = server.redirectErrorStream(true).start();
        List<String> said = new ArrayList<>();
        double ready = 0;
        try (var lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (ready == 0 && line.contains("serving ")) {
                    ready = (System.nanoTime() - start) / 1e9;
                    process.toHandle().destroy(); // unlike process.destroy(), this lets us read on
                }
            }
        } finally {
            process.destroyForcibly();
        }
        process.waitFor();
        if (ready == 0) {
            throw new IOException("the server did not start: " + String.join(System.lineSeparator(), said));
        }
        return ready;
    }
}
