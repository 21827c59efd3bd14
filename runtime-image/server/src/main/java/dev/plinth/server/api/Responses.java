package dev.plinth.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Answers that are sent in one piece. */
final class Responses {
    private static final String RETRY_AFTER_SECONDS = "1";

    private Responses() {}

    static void json(HttpServerResponse response, int status, JsonNode body) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(body.toString());
        }
    }

    static void error(HttpServerResponse response, ApiError error) {
        if (error.status() == 429 || error.status() == 503) {
            response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        json(response, error.status(), error.toJson());
    }
}
