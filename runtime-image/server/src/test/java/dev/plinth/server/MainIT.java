package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process as the image starts it. */
class MainIT {
    @Test
    void onSigtermRequestsInFlightFinishAndTheProcessEndsWithZero(@TempDir Path folder) throws Exception {
        Process process = start(Map.of(
                "PLINTH_MODEL_PATH", TinyCheckpoint.write(folder).toString(),
                "PLINTH_SERVED_MODEL_NAME", "tiny",
                "PLINTH_HOST", "127.0.0.1",
                "PLINTH_PORT", "0"));
        try (HttpClient client = HttpClient.newHttpClient();
                BufferedReader log = process.inputReader()) {
            List<String> lines = new ArrayList<>();
            String port = "";
            for (String line = log.readLine(); !line.contains("serving tiny"); line = log.readLine()) {
                lines.add(line);
                if (line.contains("listening on port ")) {
                    port = line.replaceAll(".*listening on port (\\d+).*", "$1");
                }
            }
            InputStream stream = client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/completions"))
                                    .POST(HttpRequest.BodyPublishers.ofString("""
                                            {"model": "tiny", "prompt": "secret", "max_tokens": 500, "stream": true}"""))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream())
                    .body();

            process.toHandle().destroy(); // SIGTERM; Process.destroy would also close the log

            assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("data: [DONE]\n\n");
            assertThat(process.waitFor()).isZero();
            lines.addAll(log.lines().toList());
            assertThat(lines)
                    .allMatch(line -> line.startsWith("{\"time\":"))
                    .noneMatch(line -> line.contains("secret"))
                    .anyMatch(line -> line.contains("drained: 0 requests left"));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void withoutAModelTheProcessSaysWhatToSetAndEnds() throws Exception {
        Process process = start(Map.of());

        assertThat(process.inputReader().lines().collect(Collectors.joining()))
                .contains("PLINTH_MODEL_PATH is not set: name a folder with config.json");
        assertThat(process.waitFor()).isEqualTo(2);
    }

    @Test
    void aModelWithoutATokenizerIsRefusedByTheNameOfItsFile(@TempDir Path folder) throws Exception {
        Path tokenizer = TinyCheckpoint.write(folder).resolve("tokenizer.json");
        Files.delete(tokenizer);
        Process process =
                start(Map.of("PLINTH_MODEL_PATH", folder.toString(), "PLINTH_HOST", "127.0.0.1", "PLINTH_PORT", "0"));

        assertThat(process.inputReader().lines().collect(Collectors.joining()))
                .contains("there is no file " + tokenizer);
        assertThat(process.waitFor()).isEqualTo(2);
    }

    @Test
    void anUnknownCommandIsRefused() throws Exception {
        Process process = start(Map.of(), "dance");

        assertThat(process.errorReader().lines().collect(Collectors.joining()))
                .contains("unknown command \"dance\"; use serve or train");
        assertThat(process.waitFor()).isEqualTo(2);
    }

    private static Process start(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PLINTH_"));
        builder.environment().putAll(environment);
        return builder.start();
    }
}
