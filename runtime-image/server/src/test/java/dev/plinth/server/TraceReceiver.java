package dev.plinth.server;

import com.sun.net.httpserver.HttpServer;
import dev.plinth.server.tracing.TraceSettings;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A collector of traces on a free loopback port, as far as OTLP over HTTP goes. */
final class TraceReceiver implements AutoCloseable {
    private final HttpServer http;
    private final List<ResourceSpans> received = new CopyOnWriteArrayList<>();

    TraceReceiver() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/v1/traces", exchange -> {
            received.addAll(ExportTraceServiceRequest.parseFrom(exchange.getRequestBody())
                    .getResourceSpansList());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        http.start();
    }

    /** What sends traces here, and these variables beside. */
    TraceSettings settings(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + http.getAddress().getPort());
        return TraceSettings.of(environment);
    }

    List<Span> spans() {
        return received.stream()
                .flatMap(of -> of.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }

    /** Everything that was received, as text. */
    String everything() {
        return received.toString();
    }

    Map<String, String> origin() {
        return texts(received.getFirst().getResource().getAttributesList());
    }

    static Map<String, String> attributes(Span span) {
        return texts(span.getAttributesList());
    }

    private static Map<String, String> texts(List<KeyValue> attributes) {
        return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, one -> text(one.getValue())));
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INT_VALUE -> Long.toString(value.getIntValue());
            case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            case ARRAY_VALUE ->
                value.getArrayValue().getValuesList().stream()
                        .map(TraceReceiver::text)
                        .collect(Collectors.joining(","));
            default -> throw new IllegalArgumentException("an attribute of type " + value.getValueCase());
        };
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
