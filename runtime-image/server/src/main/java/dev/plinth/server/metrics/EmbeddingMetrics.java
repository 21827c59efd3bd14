package dev.plinth.server.metrics;

import dev.plinth.engine.encoder.Embedder;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.DoubleSupplier;

/** What an embedding model does, under those of vLLM's names that have a meaning for it. */
public final class EmbeddingMetrics {
    private static final String[] LABELS = {"model_name", "engine"};
    private static final String ENGINE = "0";

    private final String model;
    private final Counter promptTokens;
    private final Counter requestSuccess;
    private final Histogram endToEnd;

    public EmbeddingMetrics(PrometheusRegistry registry, String model, Embedder embedder) {
        this.model = model;
        promptTokens = Counter.builder()
                .name("vllm:prompt_tokens_total")
                .help("Tokens read.")
                .labelNames(LABELS)
                .register(registry);
        requestSuccess = Counter.builder()
                .name("vllm:request_success_total")
                .help("Requests ended, by reason: stop, error.")
                .labelNames("model_name", "engine", "finished_reason")
                .register(registry);
        endToEnd = Histogram.builder()
                .name("vllm:e2e_request_latency_seconds")
                .help("Arrival to answer.")
                .labelNames(LABELS)
                .classicOnly()
                .classicUpperBounds(Buckets.REQUEST_TIME)
                .register(registry);
        gauge(registry, "vllm:num_requests_running", "Texts that are computed now.", embedder::running);
        gauge(registry, "vllm:num_requests_waiting", "Texts in the queue.", embedder::waiting);
    }

    /**
     * Counts a request when it has ended.
     *
     * @param seconds since its arrival
     */
    public void ended(int tokens, boolean well, double seconds) {
        promptTokens.labelValues(model, ENGINE).inc(tokens);
        requestSuccess.labelValues(model, ENGINE, well ? "stop" : "error").inc();
        endToEnd.labelValues(model, ENGINE).observe(seconds);
    }

    private void gauge(PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(LABELS)
                .callback(callback -> callback.call(value.getAsDouble(), model, ENGINE))
                .register(registry);
    }
}
