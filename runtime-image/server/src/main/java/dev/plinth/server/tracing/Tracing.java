package dev.plinth.server.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Makes spans and sends them, where the standard {@code OTEL_*} environment says where to; otherwise the spans are none and nothing is
 * started.
 */
public final class Tracing implements AutoCloseable {
    /** Only traces: metrics are scraped, and logs go to standard output. */
    private static final Map<String, String> TRACES_ONLY =
            Map.of("otel.metrics.exporter", "none", "otel.logs.exporter", "none");

    private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
    private static final String UNNAMED = "unknown_service";
    private static final long LAST_SPANS_SECONDS = 5;

    private final Optional<OpenTelemetrySdk> sdk;
    private final OpenTelemetry telemetry;
    private final Tracer tracer;

    private Tracing(Optional<OpenTelemetrySdk> sdk) {
        this.sdk = sdk;
        this.telemetry = sdk.<OpenTelemetry>map(started -> started).orElseGet(OpenTelemetry::noop);
        this.tracer = telemetry.getTracer("dev.plinth.server");
    }

    /**
     * Starts what the settings ask for.
     *
     * @param serviceName who the spans are of, unless the settings say it
     * @throws IllegalArgumentException if the settings make no sense
     */
    public static Tracing of(TraceSettings settings, String serviceName) {
        if (!settings.asked()) {
            return new Tracing(Optional.empty());
        }
        try {
            return new Tracing(Optional.of(AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> defaults(settings))
                    .addPropertiesCustomizer(properties -> TRACES_ONLY)
                    .addResourceCustomizer((found, properties) -> origin(found, settings, serviceName))
                    .disableShutdownHook() // the server closes this when the last answer has left
                    .build()
                    .getOpenTelemetrySdk()));
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException("the OTEL_ variables cannot be followed: " + e.getMessage(), e);
        }
    }

    /** The protocol that OpenTelemetry recommends; the SDK itself still starts with another. */
    private static Map<String, String> defaults(TraceSettings settings) {
        Map<String, String> defaults = new HashMap<>(Map.of("otel.exporter.otlp.protocol", "http/protobuf"));
        defaults.putAll(settings.properties());
        return defaults;
    }

    private static Resource origin(Resource found, TraceSettings settings, String serviceName) {
        AttributesBuilder known = Attributes.builder();
        settings.origin().forEach(known::put);
        boolean named = Optional.ofNullable(found.getAttribute(SERVICE_NAME))
                .filter(name -> !name.startsWith(UNNAMED))
                .isPresent();
        Resource origin = Resource.create(known.build()).merge(found);
        return named ? origin : origin.merge(Resource.create(Attributes.of(SERVICE_NAME, serviceName)));
    }

    public Tracer tracer() {
        return tracer;
    }

    /** Reads whose part a request is from its headers. */
    public TextMapPropagator propagator() {
        return telemetry.getPropagators().getTextMapPropagator();
    }

    /** Sends what was not sent yet, as far as it can be sent now. */
    @Override
    public void close() {
        sdk.ifPresent(started -> started.shutdown().join(LAST_SPANS_SECONDS, TimeUnit.SECONDS));
    }
}
