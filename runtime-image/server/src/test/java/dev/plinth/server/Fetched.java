package dev.plinth.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What tests with real models need and the tree does not carry. */
public final class Fetched {
    private Fetched() {}

    /** What a script of the runtime fetches; where it cannot, the test is skipped. */
    public static Path by(String script) throws Exception {
        Process fetch = new ProcessBuilder("sh", "../" + script)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String path = new String(fetch.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assumeTrue(fetch.waitFor() == 0, script + " cannot fetch here; see the line above");
        return Path.of(path);
    }
}
