package dev.plinth.server.metrics;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Arrays;
import java.util.function.DoubleSupplier;

/** Makes metrics with the labels that vLLM gives each of its own: the model's name and the engine's number. */
record VllmMeters(PrometheusRegistry registry, String model) {
    static final String ENGINE = "0";

    private static final String[] LABELS = {"model_name", "engine"};

    /** @param more labels that each sample has beside the two */
    Counter counter(String name, String help, String... more) {
        String[] labels = Arrays.copyOf(LABELS, LABELS.length + more.length);
        System.arraycopy(more, 0, labels, LABELS.length, more.length);
        return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    }

    void count(String name, String help, DoubleSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(LABELS)
                .callback(callback -> callback.call(value.getAsDouble(), model, ENGINE))
                .register(registry);
    }

    void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(LABELS)
                .callback(callback -> callback.call(value.getAsDouble(), model, ENGINE))
                .register(registry);
    }

    DistributionDataPoint histogram(String name, String help, double[] bounds) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(LABELS)
                .classicOnly()
                .classicUpperBounds(bounds)
                .register(registry)
                .labelValues(model, ENGINE);
    }
}
