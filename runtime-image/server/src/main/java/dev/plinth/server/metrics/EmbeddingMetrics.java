package dev.plinth.server.metrics;

import dev.plinth.engine.encoder.Embedder;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What an embedding model does, under those of vLLM's names that have a meaning for it. */
public final class EmbeddingMetrics {
    private final String model;
    private final Counter promptTokens;
    private final Counter requestSuccess;
    private final DistributionDataPoint endToEnd;

    public EmbeddingMetrics(PrometheusRegistry registry, String model, Embedder embedder) {
        this.model = model;
        VllmMeters meters = new VllmMeters(registry, model);
        promptTokens = meters.counter("vllm:prompt_tokens_total", "Tokens read.");
        requestSuccess = meters.counter(
                "vllm:request_success_total", "Requests ended, by reason: stop, error.", "finished_reason");
        endToEnd = meters.histogram("vllm:e2e_request_latency_seconds", "Arrival to answer.", Buckets.REQUEST_TIME);
        meters.gauge("vllm:num_requests_running", "Texts that are computed now.", embedder::running);
        meters.gauge("vllm:num_requests_waiting", "Texts in the queue.", embedder::waiting);
    }

    /**
     * Counts a request when it has ended.
     *
     * @param seconds since its arrival
     */
    public void ended(int tokens, boolean well, double seconds) {
        promptTokens.labelValues(model, VllmMeters.ENGINE).inc(tokens);
        requestSuccess
                .labelValues(model, VllmMeters.ENGINE, well ? "stop" : "error")
                .inc();
        endToEnd.observe(seconds);
    }
}
