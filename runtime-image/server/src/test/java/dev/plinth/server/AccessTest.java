package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plinth.server.api.ApiKeys;
import dev.plinth.server.api.RequestLimits;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
    private static final RequestLimits USUAL = new RequestLimits(4 << 20, Optional.empty());

    @Test
    void onlyWhoNamesAKeyIsAnsweredProbesAndMetricsAside(@TempDir Path folder) throws Exception {
        Path keys = Files.writeString(folder.resolve("keys"), "# of the team\nfirst\n\nsecond\n");
        try (TestServer server = server(folder, USUAL, Optional.of(keys))) {
            assertThat(models(server, "Bearer first").statusCode()).isEqualTo(200);
            assertThat(models(server, "bearer second").statusCode()).isEqualTo(200);
            for (String header : new String[] {"Bearer third", "Bearer # of the team", "Basic first", "Bearer "}) {
                assertThat(models(server, header).statusCode()).as(header).isEqualTo(401);
            }
            HttpResponse<String> none = server.get("/v1/models");
            assertThat(none.statusCode()).isEqualTo(401);
            assertThat(none.headers().firstValue("www-authenticate")).hasValue("Bearer");
            assertThat(TestServer.json(none.body()).at("/error/code").asText()).isEqualTo("invalid_api_key");
            assertThat(server.get("/health").statusCode()).isEqualTo(200);
            assertThat(server.get("/metrics").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whatOneKeyHasReadNoOtherFinds(@TempDir Path folder) throws Exception {
        Path keys = Files.writeString(folder.resolve("keys"), "first\nsecond\n");
        try (TestServer server = server(folder, USUAL, Optional.of(keys))) {
            assertThat(cachedTokens(server, "first")).isZero();
            assertThat(cachedTokens(server, "second")).isZero();
            assertThat(cachedTokens(server, "first")).isPositive();
        }
    }

    @Test
    void keysThatWereChangedCountWithoutARestart(@TempDir Path folder) throws Exception {
        Path keys = Files.writeString(folder.resolve("keys"), "old");
        try (TestServer server = server(folder, USUAL, Optional.of(keys))) {
            assertThat(models(server, "Bearer old").statusCode()).isEqualTo(200);

            Files.writeString(keys, "new");
            Files.setLastModifiedTime(keys, FileTime.fromMillis(1));
            while (models(server, "Bearer new").statusCode() != 200) {
                Thread.sleep(50);
            }

            assertThat(models(server, "Bearer old").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void aFileWithoutKeysOrNoneAtAllIsRefusedAtStart(@TempDir Path folder) throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), "# none\n");

        assertThatThrownBy(() -> ApiKeys.of(Optional.of(empty))).hasMessageContaining("holds no API key");
        assertThatThrownBy(() -> ApiKeys.of(Optional.of(folder.resolve("missing"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void theLargestBodyIsWhatWasSet(@TempDir Path folder) throws Exception {
        try (TestServer server = server(folder, new RequestLimits(2000, Optional.empty()), Optional.empty())) {
            HttpResponse<String> response =
                    server.post("/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"" + "x".repeat(2000) + "\"}");

            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(response.body()).contains("The request body is larger than 2000 bytes.");
        }
    }

    @Test
    void aRequestEndsWhenItsTimeIsOver(@TempDir Path folder) throws Exception {
        RequestLimits limits = new RequestLimits(4 << 20, Optional.of(Duration.ofNanos(1)));
        try (TestServer server = server(folder, limits, Optional.empty())) {
            HttpResponse<String> response =
                    server.post("/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"a\", \"max_tokens\": 400}");

            assertThat(response.statusCode()).isEqualTo(504);
        }
    }

    @Test
    void limitsAndKeysAreReadFromTheEnvironment() {
        ServerConfig config = ServerConfig.of(Map.of(
                "PLINTH_MODEL_PATH", "/m",
                "PLINTH_REQUEST_BYTES", "5000",
                "PLINTH_REQUEST_SECONDS", "60",
                "PLINTH_API_KEYS_FILE", "/keys/keys",
                "PLINTH_ADAPTERS_PATH", "/adapters",
                "PLINTH_SPECULATION", "none",
                "PLINTH_PROMPT_DELAY_PERCENT", "300"));

        assertThat(config.limits()).isEqualTo(new RequestLimits(5000, Optional.of(Duration.ofSeconds(60))));
        assertThat(config.apiKeys()).hasValue(Path.of("/keys/keys"));
        assertThat(config.adapters()).hasValue(Path.of("/adapters"));
        assertThat(config.adaptersInMemory()).isEqualTo(8);
        assertThat(config.speculation()).isFalse();
        assertThat(config.promptDelayPercent()).isEqualTo(300);
        assertThat(config.adaptersByAnyone()).isFalse();
        assertThat(ServerConfig.of(Map.of("PLINTH_MODEL_PATH", "/m", "PLINTH_ADAPTER_CHANGES", "Anyone"))
                        .adaptersByAnyone())
                .isTrue();
        assertThatThrownBy(() -> ServerConfig.of(Map.of("PLINTH_MODEL_PATH", "/m", "PLINTH_REQUEST_SECONDS", "0")))
                .hasMessageContaining("PLINTH_REQUEST_SECONDS must be a whole number from 1");
    }

    @Test
    void theOpenInferenceProtocolIsToldWhatIsServed(@TempDir Path folder) throws Exception {
        try (TestServer server = server(folder, USUAL, Optional.empty())) {
            assertThat(json(server, "/v2").path("name").asText()).isEqualTo("plinth");
            assertThat(json(server, "/v2/health/live").path("live").asBoolean()).isTrue();
            assertThat(json(server, "/v2/health/ready").path("ready").asBoolean())
                    .isTrue();
            assertThat(json(server, "/v2/models/tiny/ready").path("ready").asBoolean())
                    .isTrue();
            assertThat(json(server, "/v2/models/tiny").at("/inputs/0/datatype").asText())
                    .isEqualTo("BYTES");
            assertThat(server.get("/v2/models/other").statusCode()).isEqualTo(404);
            assertThat(server.get("/v2/models/other/ready").statusCode()).isEqualTo(404);
        }
    }

    private static int cachedTokens(TestServer server, String key) throws Exception {
        String body = "{\"model\": \"tiny\", \"prompt\": \"%s\", \"max_tokens\": 1}".formatted("mine alone".repeat(10));
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url("/v1/completions")))
                .header("authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        String answer = server.client
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return TestServer.json(answer)
                .at("/usage/prompt_tokens_details/cached_tokens")
                .asInt();
    }

    private static JsonNode json(TestServer server, String path) throws Exception {
        return TestServer.json(server.get(path).body());
    }

    private static TestServer server(Path folder, RequestLimits limits, Optional<Path> keys) throws Exception {
        TestServer server = new TestServer(TinyCheckpoint.write(folder.resolve("model")), 1, 4, limits, keys);
        server.server.load();
        return server;
    }

    private static HttpResponse<String> models(TestServer server, String authorization) throws Exception {
        return server.client.send(
                HttpRequest.newBuilder(URI.create(server.url("/v1/models")))
                        .header("authorization", authorization)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
