package dev.plinth.server.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Requests by address and status. */
public final class HttpMetrics {
    private final Counter requests;
    private final Histogram duration;

    public HttpMetrics(PrometheusRegistry registry) {
        requests = Counter.builder()
                .name("http_requests_total")
                .help("Answers sent, by route, method and status.")
                .labelNames("handler", "method", "status")
                .register(registry);
        duration = Histogram.builder()
                .name("http_request_duration_seconds")
                .help("Request to end of answer.")
                .labelNames("handler", "method")
                .classicOnly()
                .register(registry);
    }

    /** @param handler the route, never the raw path: its values must stay few */
    public void answered(String handler, String method, int status, double seconds) {
        requests.labelValues(handler, method, Integer.toString(status)).inc();
        duration.labelValues(handler, method).observe(seconds);
    }
}
