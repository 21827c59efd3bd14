package dev.plinth.server.api;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The description of the API for programs, {@code openapi.json} beside this class, as it is. */
final class OpenApi implements Handler<RoutingContext> {
    private final Buffer description = read();

    private static Buffer read() {
        try (InputStream text = OpenApi.class.getResourceAsStream("openapi.json")) {
            if (text == null) {
                throw new IllegalStateException("openapi.json is missing");
            }
            return Buffer.buffer(text.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void handle(RoutingContext context) {
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(description);
    }
}
