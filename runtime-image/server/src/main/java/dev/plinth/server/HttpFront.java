package dev.plinth.server;

import dev.plinth.server.api.ApiKeys;
import dev.plinth.server.api.Availability;
import dev.plinth.server.api.Endpoints;
import dev.plinth.server.api.OpenAiRoutes;
import dev.plinth.server.metrics.HttpMetrics;
import dev.plinth.server.tracing.Tracing;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The HTTP port: probes, metrics and the OpenAI API, on one event loop. */
final class HttpFront implements AutoCloseable {
    private final Vertx vertx;
    private final HttpServer http;
    private final Availability availability;
    private final PrometheusRegistry registry;
    private final HttpMetrics metrics;

    HttpFront(ServerConfig config, Availability availability, Tracing tracing, PrometheusRegistry registry) {
        String host = config.host();
        int port = config.port();
        this.availability = availability;
        this.registry = registry;
        this.metrics = new HttpMetrics(registry);
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(2)
                // The root file system may be read-only, and no file is served.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.http = vertx.createHttpServer().requestHandler(readable(router(config, tracing)));
        try {
            http.listen(port, host).toCompletionStage().toCompletableFuture().join();
        } catch (RuntimeException e) {
            vertx.close();
            throw new IllegalArgumentException(
                    "cannot listen on %s port %d: %s"
                            .formatted(
                                    host,
                                    port,
                                    Optional.ofNullable(e.getCause()).orElse(e).getMessage()),
                    e);
        }
    }

    int port() {
        return http.actualPort();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Router router(ServerConfig config, Tracing tracing) {
        Router router = Router.router(vertx);
        router.route().handler(this::measure);
        Endpoints endpoints = new Endpoints(router);
        endpoints.get("/health", context -> answer(context, availability.healthy()));
        endpoints.get("/ready", context -> answer(context, availability.ready() && availability.healthy()));
        endpoints.get("/metrics", this::scrape);
        new OpenAiRoutes(
                        vertx,
                        availability,
                        config.limits(),
                        ApiKeys.of(config.apiKeys()),
                        config.adaptersByAnyone(),
                        tracing)
                .addTo(router, endpoints);
        return router;
    }

    /** A router takes no address but a path that can be decoded. */
    private static Handler<HttpServerRequest> readable(Router router) {
        return request -> {
            if (isPath(request.path())) {
                router.handle(request);
            } else {
                OpenAiRoutes.refuseAddress(request.response());
            }
        };
    }

    private static boolean isPath(@Nullable String path) {
        try {
            return path != null
                    && URLDecoder.decode(path, StandardCharsets.UTF_8).startsWith("/");
        } catch (IllegalArgumentException undecodable) {
            return false;
        }
    }

    private static void answer(RoutingContext context, boolean good) {
        context.response().setStatusCode(good ? 200 : 503).end();
    }

    private void measure(RoutingContext context) {
        long start = System.nanoTime();
        Optional.ofNullable(context.request().getHeader("x-request-id"))
                .ifPresent(id -> context.response().putHeader("x-request-id", id));
        context.addEndHandler(ended -> {
            String handler = Optional.ofNullable(context.currentRoute())
                    .map(Route::getPath)
                    .orElse("other");
            metrics.answered(
                    handler,
                    context.request().method().name(),
                    context.response().getStatusCode(),
                    (System.nanoTime() - start) / 1e9);
        });
        context.next();
    }

    private void scrape(RoutingContext context) {
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        context.response().putHeader("content-type", writer.getContentType()).end(Buffer.buffer(text.toByteArray()));
    }
}
