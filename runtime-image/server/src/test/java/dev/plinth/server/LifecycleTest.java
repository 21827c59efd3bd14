package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifecycleTest {
    private static final String LONG = "{\"model\": \"tiny\", \"prompt\": \"a\", \"max_tokens\": 500%s}";

    @TempDir
    private Path folder;

    @Test
    void beforeTheModelIsLoadedProbesAreAnsweredAndRequestsRefused() throws Exception {
        try (TestServer server = new TestServer(TinyCheckpoint.write(folder), 1, 1)) {
            assertThat(server.get("/health").statusCode()).isEqualTo(200);
            assertThat(server.get("/ready").statusCode()).isEqualTo(503);
            assertThat(server.get("/metrics").statusCode()).isEqualTo(200);
            assertThat(server.get("/v1/models").statusCode()).isEqualTo(503);
            HttpResponse<String> refused = server.post("/v1/completions", LONG.formatted(""));
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
            assertThat(refused.body()).contains("The model is still loading.");

            server.server.load();

            assertThat(server.get("/ready").statusCode()).isEqualTo(200);
            assertThat(TestServer.json(server.get("/v1/models").body())
                            .at("/data/0/max_model_len")
                            .asInt())
                    .isEqualTo(TinyCheckpoint.CONTEXT);
            assertThat(server.get("/v1/models/tiny").body()).contains("\"owned_by\":\"plinth\"");
        }
    }

    @Test
    void drainingFinishesWhatIsInFlightAndTakesNothingNew() throws Exception {
        try (TestServer server = TestServer.loaded(folder, 4, 4)) {
            InputStream stream = open(server, LONG.formatted(", \"stream\": true"));
            CompletableFuture<Boolean> drained = drain(server, Duration.ofMinutes(1));

            while (server.get("/ready").statusCode() == 200) {
                Thread.onSpinWait();
            }
            assertThat(server.post("/v1/completions", LONG.formatted("")).body())
                    .contains("The server is shutting down.");

            assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"finish_reason\":\"length\"")
                    .endsWith("data: [DONE]\n\n");
            assertThat(drained.join()).isTrue();
            assertThat(server.get("/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whatIsUnfinishedWhenTheGraceIsOverEndsWithAnError() throws Exception {
        TestServer server = TestServer.loaded(folder, 4, 4);
        CompletableFuture<HttpResponse<InputStream>> stalled = server.client.sendAsync(
                server.request(
                        "/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"a\", \"max_tokens\": 511, \"n\": 4}"),
                HttpResponse.BodyHandlers.ofInputStream());
        server.awaitMetric("vllm:num_requests_running{engine=\"0\",model_name=\"tiny\"} 4.0");

        assertThat(server.server.drain(Duration.ZERO)).isFalse();
        server.server.close();

        assertThat(stalled.handle((response, failure) -> failure != null || response.statusCode() == 503)
                        .join())
                .isTrue();
        server.client.close();
    }

    @Test
    void whenTheClientGoesAwayItsGenerationsEnd() throws Exception {
        try (TestServer server = TestServer.loaded(folder, 4, 4)) {
            for (String stream : new String[] {"true", "false"}) {
                try (Socket socket = new Socket("127.0.0.1", server.server.port())) {
                    String body = LONG.formatted(", \"n\": 4, \"stream\": " + stream);
                    socket.getOutputStream()
                            .write(("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length()
                                            + "\r\n\r\n" + body)
                                    .getBytes(StandardCharsets.UTF_8));
                    server.awaitMetric("vllm:num_requests_running{engine=\"0\",model_name=\"tiny\"} 4.0");
                }
                server.awaitMetric("vllm:num_requests_running{engine=\"0\",model_name=\"tiny\"} 0.0");
            }
            assertThat(server.get("/metrics").body())
                    .contains(
                            "vllm:request_success_total{engine=\"0\",finished_reason=\"abort\",model_name=\"tiny\"} 8.0");
        }
    }

    @Test
    void aRefusedRequestWhoseClientHasGoneIsNotWaitedFor() throws Exception {
        try (TestServer server = TestServer.loaded(folder, 4, 4)) {
            String body = "{\"model\": \"tiny\", \"prompt\": \"" + "x".repeat(7000) + "\"}";
            for (int i = 0; i < 20; i++) {
                try (Socket client = new Socket("127.0.0.1", server.server.port())) {
                    client.getOutputStream()
                            .write(("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length()
                                            + "\r\n\r\n" + body)
                                    .getBytes(StandardCharsets.UTF_8));
                }
            }

            assertThat(server.server.drain(Duration.ofMinutes(1))).isTrue();
        }
    }

    @Test
    void aRequestWhoseGatewayHasGivenUpEndsToo() throws Exception {
        try (TestServer server = TestServer.loaded(folder, 4, 4)) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(server.url("/v1/completions")))
                    .header("x-envoy-expected-rq-timeout-ms", "1")
                    .POST(HttpRequest.BodyPublishers.ofString(LONG.formatted("")))
                    .build();

            HttpResponse<String> late = server.client.send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(late.statusCode()).isEqualTo(504);
            assertThat(late.body()).contains("The request was not answered within its time.");
        }
    }

    @Test
    void aModelThatCannotBeReadIsRefusedWithTheReason() throws Exception {
        try (TestServer absent = new TestServer(folder.resolve("absent"), 1, 1)) {
            assertThatThrownBy(absent.server::load).hasMessageContaining("there is no model");
        }
        try (TestServer empty = new TestServer(folder, 1, 1)) {
            assertThatThrownBy(empty.server::load)
                    .hasMessageContaining("the folder holds neither a config.json nor exactly one .gguf file");
        }
        Path model = TinyCheckpoint.write(folder.resolve("cut"));
        Files.write(model.resolve("model.safetensors"), new byte[100]);
        try (TestServer cut = new TestServer(model, 1, 1)) {
            assertThatThrownBy(cut.server::load).hasMessageContaining("as safetensors");
        }
    }

    @Test
    void weightsThatAreNoNumbersAreRefused() throws Exception {
        Path model = TinyCheckpoint.write(folder);
        Path weights = model.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        int head = Long.BYTES
                + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        Arrays.fill(bytes, head, bytes.length, (byte) 0xff);
        Files.write(weights, bytes);

        try (TestServer damaged = new TestServer(model, 1, 1)) {
            assertThatThrownBy(damaged.server::load)
                    .hasMessageContaining("cannot compute a first token: its scores are no numbers");
        }
    }

    private static InputStream open(TestServer server, String body) throws Exception {
        return server.client
                .send(server.request("/v1/completions", body), HttpResponse.BodyHandlers.ofInputStream())
                .body();
    }

    private static CompletableFuture<Boolean> drain(TestServer server, Duration grace) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return server.server.drain(grace);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
