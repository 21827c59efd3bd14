package dev.plinth.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.engine.Device;
import dev.plinth.engine.Precision;
import dev.plinth.server.api.RequestLimits;
import dev.plinth.server.tracing.TraceSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A server of a tiny model on a free loopback port, and a plain HTTP client to it. */
final class TestServer implements AutoCloseable {
    static final String MODEL = "tiny";
    private static final int DISK_CACHE_TOKENS = 256;
    private static final ObjectMapper JSON = new ObjectMapper();

    final Server server;
    final HttpClient client = HttpClient.newHttpClient();

    TestServer(Path model, int running, int waiting) {
        this(model, running, waiting, new RequestLimits(4 << 20, Optional.empty()), Optional.empty());
    }

    TestServer(Path model, int running, int waiting, RequestLimits limits, Optional<Path> apiKeys) {
        this(model, running, waiting, limits, apiKeys, Optional.empty(), TraceSettings.NONE);
    }

    /** @param adapters their folder; two are in memory at a time; anyone may change them where no keys are asked for */
    TestServer(
            Path model,
            int running,
            int waiting,
            RequestLimits limits,
            Optional<Path> apiKeys,
            Optional<Path> adapters,
            TraceSettings traces) {
        server = new Server(new ServerConfig(
                model,
                MODEL,
                "127.0.0.1",
                0,
                Integer.MAX_VALUE,
                OptionalInt.of(1),
                Optional.of(Precision.INT8),
                Optional.of(Device.CPU),
                OptionalInt.empty(),
                DISK_CACHE_TOKENS,
                running,
                waiting,
                true,
                100,
                adapters,
                2,
                apiKeys.isEmpty(),
                Duration.ZERO,
                limits,
                apiKeys,
                traces));
    }

    static TestServer loaded(Path folder, int running, int waiting) throws IOException {
        TestServer started = new TestServer(TinyCheckpoint.write(folder), running, waiting);
        started.server.load();
        return started;
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.port() + path;
    }

    /** Waits until a line stands in the metrics. */
    void awaitMetric(String line) throws Exception {
        while (!get("/metrics").body().contains(line)) {
            Thread.onSpinWait();
        }
    }

    HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(url(path))).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(request(path, body), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(URI.create(url(path)))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    JsonNode completion(String body) throws Exception {
        HttpResponse<String> response = post("/v1/completions", body);
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + ": " + response.body());
        }
        return json(response.body());
    }

    /** The data of the frames of a stream. */
    List<String> stream(String path, String body) throws Exception {
        try (Stream<String> lines = client.send(request(path, body), HttpResponse.BodyHandlers.ofLines())
                .body()) {
            return lines.filter(line -> !line.isEmpty())
                    .map(line -> line.replaceFirst("^data: ", ""))
                    .toList();
        }
    }

    static JsonNode json(String text) throws IOException {
        return JSON.readTree(text);
    }

    @Override
    public void close() throws InterruptedException {
        server.close();
        client.close();
    }
}
