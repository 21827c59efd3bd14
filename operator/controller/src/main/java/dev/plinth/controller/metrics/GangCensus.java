package dev.plinth.controller.metrics;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangStatus;
import dev.plinth.controller.kubernetes.Conditions;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Counts gangs by state, at the moment somebody asks. */
public final class GangCensus {

    private static final List<String> STATES = List.of("waiting", "starting", "running", "complete", "failed");

    private GangCensus() {}

    /** Registers the count; {@code gangs} gives all gangs that the operator's cache holds. */
    public static void register(PrometheusRegistry registry, Supplier<Stream<Gang>> gangs) {
        GaugeWithCallback.builder()
                .name("plinth_gangs")
                .help("Gangs by state; waiting ones have no room.")
                .labelNames("state")
                .callback(callback -> {
                    var counts = count(gangs.get());
                    STATES.forEach(state -> callback.call(counts.getOrDefault(state, 0L), state));
                })
                .register(registry);
    }

    static Map<String, Long> count(Stream<Gang> gangs) {
        return gangs.collect(groupingBy(GangCensus::state, counting()));
    }

    private static String state(Gang gang) {
        var conditions = gang.reported().map(GangStatus::conditions).orElse(List.of());
        if (Conditions.isTrue(conditions, "Failed")) {
            return "failed";
        }
        if (Conditions.isTrue(conditions, "Complete")) {
            return "complete";
        }
        if (Conditions.isTrue(conditions, "Running")) {
            return "running";
        }
        return Conditions.isTrue(conditions, "Placed") ? "starting" : "waiting";
    }
}
