package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code openai_client.py} in a virtual environment kept in the user's cache. */
class OpenAiPythonClientIT {
    private static final String VERSION = "3.54.0";

    @Test
    void theOfficialPythonClientIsServed(@TempDir Path folder) throws Exception {
        Path python = environment();
        try (TestServer server = TestServer.loaded(folder, 2, 2)) {
            assertThat(run(python.toString(), "src/test/python/openai_client.py", server.url("/v1")))
                    .isZero();
        }
    }

    private static Path environment() throws Exception {
        Path cache = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".cache"));
        Path environment = cache.resolve("plinth/python/openai-" + VERSION);
        Path python = environment.resolve("bin/python");
        Path complete = environment.resolve("complete");
        if (!Files.exists(complete)) {
            assumeTrue(
                    run("python3", "-m", "venv", environment.toString()) == 0,
                    "python3 with venv is needed for the official Python client");
            assumeTrue(
                    run(
                                    python.toString(),
                                    "-m",
                                    "pip",
                                    "install",
                                    "--quiet",
                                    "--disable-pip-version-check",
                                    "openai==" + VERSION)
                            == 0,
                    "pip cannot fetch openai " + VERSION + " here");
            Files.createFile(complete);
        }
        return python;
    }

    private static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            return 127; // no such program
        }
    }
}
