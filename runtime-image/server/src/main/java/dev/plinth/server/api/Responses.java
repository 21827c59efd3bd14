package dev.plinth.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Answers that are sent in one piece; the futures complete when the last byte has left. */
final class Responses {
    private static final String RETRY_AFTER_SECONDS = "1";

    private Responses() {}

    static Future<Void> json(HttpServerResponse response, int status, JsonNode body) {
        if (response.ended() || response.closed()) {
            return Future.succeededFuture();
        }
        return response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(body.toString());
    }

    static Future<Void> error(HttpServerResponse response, ApiError error) {
        if (error.status() == 429 || error.status() == 503) {
            response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        if (error.status() == 401) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        return json(response, error.status(), error.toJson());
    }
}
