package dev.plinth.controller.metrics;

import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts and times the passes of all controllers, and knows which are under way. */
public final class ReconcileMetrics implements Metrics {
    private final Counter passes;
    private final Histogram durations;
    private final Clock clock;
    private final ConcurrentMap<Object, Pass> underWay = new ConcurrentHashMap<>();

    /** A pass that has not ended. */
    public record Pass(String controller, String object, Instant since) {}

    public ReconcileMetrics(PrometheusRegistry registry, Clock clock) {
        this.clock = clock;
        passes = Counter.builder()
                .name("plinth_reconciles_total")
                .help("Passes of a controller over one object, by outcome; failed ones are tried again.")
                .labelNames("controller", "outcome")
                .register(registry);
        durations = Histogram.builder()
                .name("plinth_reconcile_duration_seconds")
                .help("Time of one pass.")
                .labelNames("controller")
                .classicUpperBounds(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)
                .register(registry);
    }

    @Override
    public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
        var controller = execution.controllerName();
        var key = new Object();
        underWay.put(key, new Pass(controller, execution.resourceID().toString(), clock.instant()));
        var start = System.nanoTime();
        var outcome = "failed";
        try {
            var result = execution.execute();
            outcome = "succeeded";
            return result;
        } finally {
            underWay.remove(key);
            durations.labelValues(controller).observe((System.nanoTime() - start) / 1e9);
            passes.labelValues(controller, outcome).inc();
        }
    }

    /** A pass that has been under way for longer than this, if there is one. */
    public Optional<Pass> longerThan(Duration limit) {
        var latest = clock.instant().minus(limit);
        return underWay.values().stream()
                .filter(pass -> pass.since().isBefore(latest))
                .findAny();
    }
}
