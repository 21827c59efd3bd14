package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code openai_client.py}. */
class OpenAiPythonClientIT {
    private static final Path SCRIPT =
            Path.of("src/test/python/openai_client.py").toAbsolutePath();

    @Test
    void theOfficialPythonClientIsServed(@TempDir Path folder) throws Exception {
        PythonEnvironment python = PythonEnvironment.with("openai", "3.54.0");
        try (TestServer server = TestServer.loaded(folder, 2, 2)) {
            assertThat(python.run(folder, "python", List.of(SCRIPT.toString(), server.url("/v1"))))
                    .isZero();
        }
    }
}
