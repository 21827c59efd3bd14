package dev.plinth.server.tracing;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the environment says of traces.
 *
 * @param properties the standard {@code OTEL_*} variables, named as the SDK names its properties
 * @param origin attributes that tell this replica from others
 */
public record TraceSettings(Map<String, String> properties, Map<String, String> origin) {
    /** No traces. */
    public static final TraceSettings NONE = new TraceSettings(Map.of(), Map.of());

    private static final String EXPORTER = "otel.traces.exporter";

    public TraceSettings {
        properties = Map.copyOf(properties);
        origin = Map.copyOf(origin);
    }

    public static TraceSettings of(Map<String, String> environment) {
        Map<String, String> properties = environment.entrySet().stream()
                .filter(variable -> variable.getKey().startsWith("OTEL_")
                        && !variable.getValue().isBlank())
                .collect(Collectors.toMap(
                        variable -> variable.getKey().toLowerCase(Locale.ROOT).replace('_', '.'), Map.Entry::getValue));
        return new TraceSettings(properties, origin(environment));
    }

    /** Whether there is somewhere to send traces to: an exporter was named, or the address of a collector. */
    boolean asked() {
        if (Boolean.parseBoolean(properties.get("otel.sdk.disabled"))) {
            return false;
        }
        return Optional.ofNullable(properties.get(EXPORTER))
                .map(exporter -> !exporter.strip().equals("none"))
                .orElse(properties.containsKey("otel.exporter.otlp.endpoint")
                        || properties.containsKey("otel.exporter.otlp.traces.endpoint"));
    }

    /** The pod's name is made from the gang's, as the operator does it. */
    private static Map<String, String> origin(Map<String, String> environment) {
        Map<String, String> origin = new TreeMap<>();
        put(origin, "k8s.namespace.name", environment.get("PLINTH_NAMESPACE"));
        put(origin, "k8s.node.name", environment.get("PLINTH_NODE"));
        if (environment.containsKey("PLINTH_GANG")) {
            String pod = "%s-%s-%s"
                    .formatted(
                            environment.get("PLINTH_GANG"),
                            environment.get("PLINTH_MEMBER_INDEX"),
                            environment.get("PLINTH_INCARNATION"));
            origin.put("k8s.pod.name", pod);
            origin.put("service.instance.id", pod);
        }
        return origin;
    }

    private static void put(Map<String, String> origin, String name, @Nullable String value) {
        if (value != null) {
            origin.put(name, value);
        }
    }
}
