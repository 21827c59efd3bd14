package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.plinth.server.api.RequestLimits;
import dev.plinth.server.tracing.TraceSettings;
import dev.plinth.server.tracing.Tracing;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";

    @TempDir
    private Path folder;

    private TraceReceiver receiver;

    @BeforeEach
    void receive() throws Exception {
        TinyCheckpoint.write(folder);
        receiver = new TraceReceiver();
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void aChatIsASpanWithItsTimesAndTokensInTheTraceOfItsCallerAndTellsNoText() throws Exception {
        try (TestServer server = serve(Map.of())) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(server.url("/v1/chat/completions")))
                    .header("traceparent", "00-" + TRACE + "-" + CALLER + "-01")
                    .POST(HttpRequest.BodyPublishers.ofString("""
                            {"model": "tiny", "messages": [{"role": "user", "content": "my secret"}], "max_tokens": 7,
                             "n": 2, "stop": "hidden", "ignore_eos": true, "user": "somebody", "temperature": 0.5}\
                            """))
                    .build();
            server.client.send(request, HttpResponse.BodyHandlers.ofString());
        }

        Span span = only();
        assertThat(hex(span.getTraceId())).isEqualTo(TRACE);
        assertThat(hex(span.getParentSpanId())).isEqualTo(CALLER);
        assertThat(span.getName()).isEqualTo("chat tiny");
        assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        Map<String, String> attributes = TraceReceiver.attributes(span);
        assertThat(attributes)
                .containsEntry("gen_ai.operation.name", "chat")
                .containsEntry("gen_ai.request.model", "tiny")
                .containsEntry("gen_ai.response.model", "tiny")
                .containsEntry("gen_ai.request.max_tokens", "7")
                .containsEntry("gen_ai.request.temperature", "0.5")
                .containsEntry("gen_ai.request.choice.count", "2")
                .containsEntry("gen_ai.usage.output_tokens", "14")
                .containsEntry("gen_ai.response.finish_reasons", "length,length")
                .containsEntry("http.route", "/v1/chat/completions")
                .containsEntry("http.response.status_code", "200")
                .doesNotContainKey("error.type");
        assertThat(Integer.parseInt(attributes.get("gen_ai.usage.input_tokens")))
                .isPositive();
        double queue = Double.parseDouble(attributes.get("gen_ai.latency.time_in_queue"));
        double first = Double.parseDouble(attributes.get("gen_ai.latency.time_to_first_token"));
        double whole = (span.getEndTimeUnixNano() - span.getStartTimeUnixNano()) / 1e9;
        assertThat(queue).isNotNegative().isLessThan(first);
        assertThat(first).isLessThan(whole);
        assertThat(receiver.everything()).doesNotContain("secret", "hidden", "somebody");
    }

    @Test
    void aStreamWhoseClientGoesAwayEndsAsAborted() throws Exception {
        try (TestServer server = serve(Map.of())) {
            InputStream stream = server.client
                    .send(
                            server.request(
                                    "/v1/completions",
                                    "{\"model\": \"tiny\", \"prompt\": \"a\", \"max_tokens\": 500, \"ignore_eos\": true, \"stream\": true}"),
                            HttpResponse.BodyHandlers.ofInputStream())
                    .body();
            assertThat(stream.read()).isPositive();
            stream.close();
            while (!server.get("/metrics").body().contains("finished_reason=\"abort\"")) {
                Thread.sleep(20);
            }
            server.get("/health"); // what the engine told of the end has now been heard
        }

        assertThat(TraceReceiver.attributes(only()))
                .containsEntry("gen_ai.operation.name", "text_completion")
                .containsEntry("gen_ai.response.finish_reasons", "abort")
                .containsEntry("error.type", "client_closed_request");
    }

    @Test
    void aRequestThatIsRefusedSaysWhyAndNotByWhatNameAModelWasAskedFor() throws Exception {
        try (TestServer server = serve(Map.of())) {
            server.post("/v1/completions", "{\"model\": \"a secret\", \"prompt\": \"a\"}");
        }

        Span span = only();
        assertThat(span.getName()).isEqualTo("text_completion");
        assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        assertThat(TraceReceiver.attributes(span))
                .containsEntry("http.response.status_code", "404")
                .containsEntry("error.type", "model_not_found");
        assertThat(receiver.everything()).doesNotContain("secret");
    }

    @Test
    void aRequestThatFailsIsASpanOfAnError() throws Exception {
        try (TestServer loading = server(receiver.settings(Map.of()))) {
            loading.post("/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"a\"}");
        }

        Span span = only();
        assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(TraceReceiver.attributes(span))
                .containsEntry("http.response.status_code", "503")
                .containsEntry("error.type", "unavailable");
    }

    @Test
    void aTraceTellsWhichReplicaAnsweredAndOfWhatService() throws Exception {
        Map<String, String> pod = Map.of(
                "PLINTH_NAMESPACE", "team",
                "PLINTH_NODE", "node-7",
                "PLINTH_GANG", "chat-x2",
                "PLINTH_MEMBER_INDEX", "0",
                "PLINTH_INCARNATION", "3");
        try (TestServer server = serve(pod)) {
            server.post("/v1/completions", "{}");
        }

        assertThat(receiver.origin())
                .containsEntry("service.name", "tiny")
                .containsEntry("k8s.namespace.name", "team")
                .containsEntry("k8s.node.name", "node-7")
                .containsEntry("k8s.pod.name", "chat-x2-0-3");
    }

    @Test
    void theStandardVariablesNameTheServiceAndSayWhatIsSampled() throws Exception {
        try (TestServer server = serve(Map.of("OTEL_SERVICE_NAME", "shop", "OTEL_RESOURCE_ATTRIBUTES", "team=a"))) {
            server.post("/v1/completions", "{}");
        }
        assertThat(receiver.origin()).containsEntry("service.name", "shop").containsEntry("team", "a");

        try (TestServer server = serve(Map.of("OTEL_TRACES_SAMPLER", "always_off"))) {
            server.post("/v1/completions", "{}");
        }
        assertThat(receiver.spans()).hasSize(1);
    }

    @Test
    void withoutAWordInTheEnvironmentNoSpanIsMade() {
        for (TraceSettings settings : List.of(
                TraceSettings.NONE,
                TraceSettings.of(Map.of("OTEL_SERVICE_NAME", "x")),
                receiver.settings(Map.of("OTEL_SDK_DISABLED", "true")),
                receiver.settings(Map.of("OTEL_TRACES_EXPORTER", "none")))) {
            try (Tracing tracing = Tracing.of(settings, "tiny")) {
                assertThat(tracing.tracer().spanBuilder("a").startSpan().isRecording())
                        .as(settings.toString())
                        .isFalse();
            }
        }
    }

    @Test
    void aCollectorMayTakeOnlyGrpc() {
        TraceSettings settings = receiver.settings(Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"));
        try (Tracing tracing = Tracing.of(settings, "tiny")) {
            assertThat(tracing.tracer().spanBuilder("a").startSpan().isRecording())
                    .isTrue();
        }
    }

    @Test
    void variablesThatCannotBeFollowedAreRefusedByTheReason() {
        assertThatThrownBy(() -> Tracing.of(receiver.settings(Map.of("OTEL_TRACES_SAMPLER", "sometimes")), "tiny"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the OTEL_ variables cannot be followed: ")
                .hasMessageContaining("sometimes");
    }

    private Span only() {
        assertThat(receiver.spans()).hasSize(1);
        return receiver.spans().getFirst();
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private TestServer serve(Map<String, String> environment) throws Exception {
        TestServer started = server(receiver.settings(environment));
        started.server.load();
        return started;
    }

    private TestServer server(TraceSettings settings) {
        RequestLimits limits = new RequestLimits(4 << 20, Optional.empty());
        return new TestServer(folder, 2, 4, limits, Optional.empty(), Optional.empty(), settings);
    }
}
