package dev.plinth.server.metrics;

import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;

/** How long the parts of the start took: what an autoscaler must look ahead. */
public final class StartMetrics {
    private final Gauge seconds;

    public StartMetrics(PrometheusRegistry registry) {
        seconds = Gauge.builder()
                .name("plinth_startup_phase_seconds")
                .help("Duration of a part of the start.")
                .labelNames("phase")
                .register(registry);
    }

    /** A part of the start. */
    public interface Phase<T> {
        T run() throws IOException;
    }

    /** Runs a part and keeps its duration. */
    public <T> T time(String phase, Phase<T> work) throws IOException {
        long start = System.nanoTime();
        T result = work.run();
        seconds.labelValues(phase).set((System.nanoTime() - start) / 1e9);
        return result;
    }

    public double seconds(String phase) {
        return seconds.labelValues(phase).get();
    }
}
