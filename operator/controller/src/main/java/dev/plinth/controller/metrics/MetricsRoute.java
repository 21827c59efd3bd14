package dev.plinth.controller.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** {@code GET /metrics} in the format that the scraper asks for. */
@Singleton
class MetricsRoute {
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final PrometheusRegistry registry;

    MetricsRoute(PrometheusRegistry registry) {
        this.registry = registry;
    }

    void register(@Observes Router router) {
        router.get("/metrics").blockingHandler(this::scrape);
    }

    private void scrape(RoutingContext request) {
        var writer = formats.findWriter(request.request().getHeader(HttpHeaders.ACCEPT));
        var body = new ByteArrayOutputStream();
        try {
            writer.write(body, registry.scrape());
        } catch (IOException e) {
            request.fail(e);
            return;
        }
        request.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, writer.getContentType())
                .end(Buffer.buffer(body.toByteArray()));
    }
}
