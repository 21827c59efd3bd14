package dev.plinth.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.testbed.TestbedException;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a model service through the apiserver's proxy, streaming, so that the time to the first token can be taken. */
final class OpenAi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final KubernetesClient client;
    private final String base;

    OpenAi(KubernetesClient client, String namespace, String service) {
        this.client = client;
        this.base = client.getMasterUrl().toString().replaceAll("/$", "") + "/api/v1/namespaces/" + namespace
                + "/services/" + service + ":80/proxy";
    }

    /** What the model wrote, and how long it took to write its first piece. */
    record Answer(String text, Optional<Duration> toFirstToken) {}

    Answer complete(String model, String prompt, int maxTokens) {
        return stream(
                "/v1/completions",
                Map.of(
                        "model",
                        model,
                        "prompt",
                        prompt,
                        "max_tokens",
                        maxTokens,
                        "stream",
                        true,
                        "seed",
                        7,
                        "temperature",
                        0.7));
    }

    Answer chat(String model, String question, int maxTokens) {
        return stream(
                "/v1/chat/completions",
                Map.of(
                        "model",
                        model,
                        "messages",
                        List.of(Map.of("role", "user", "content", question)),
                        "max_tokens",
                        maxTokens,
                        "stream",
                        true,
                        "temperature",
                        0));
    }

    private Answer stream(String path, Map<String, Object> body) {
        var frames = new Frames(System.nanoTime());
        try {
            HttpRequest request = client.getHttpClient()
                    .newHttpRequestBuilder()
                    .uri(base + path)
                    .post("application/json", JSON.writeValueAsString(body))
                    .build();
            HttpResponse<AsyncBody> response = client.getHttpClient()
                    .consumeBytes(request, (buffers, async) -> {
                        buffers.forEach(frames::add);
                        async.consume();
                    })
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            response.body().consume();
            response.body().done().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return frames.answer(response.code());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the model was answering", e);
        } catch (ExecutionException | TimeoutException | IOException e) {
            throw new TestbedException("no answer from " + base + path + ": " + e, e);
        }
    }

    /** Server-sent events as they arrive. */
    private static final class Frames {
        private final long asked;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Optional<Duration> first = Optional.empty();

        Frames(long asked) {
            this.asked = asked;
        }

        synchronized void add(ByteBuffer buffer) {
            byte[] chunk = new byte[buffer.remaining()];
            buffer.get(chunk);
            bytes.writeBytes(chunk);
            if (first.isEmpty() && !text().isEmpty()) {
                first = Optional.of(Duration.ofNanos(System.nanoTime() - asked));
            }
        }

        synchronized Answer answer(int status) {
            if (status != 200) {
                throw new TestbedException(
                        "the service answered " + status + ": " + bytes.toString(StandardCharsets.UTF_8));
            }
            return new Answer(text(), first);
        }

        private String text() {
            var text = new StringBuilder();
            String received = bytes.toString(StandardCharsets.UTF_8);
            for (String frame :
                    received.substring(0, received.lastIndexOf('\n') + 1).split("\n")) {
                if (frame.startsWith("data: {")) {
                    text.append(piece(frame.substring("data: ".length())));
                }
            }
            return text.toString();
        }

        private static String piece(String json) {
            try {
                JsonNode choice = JSON.readTree(json).path("choices").path(0);
                return choice.path("text")
                        .asText(choice.path("delta").path("content").asText(""));
            } catch (IOException e) {
                throw new IllegalStateException("not an event of the OpenAI API: " + json, e);
            }
        }
    }
}
