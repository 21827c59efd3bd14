package dev.plinth.server.api;

import io.vertx.core.MultiMap;
import java.util.Optional;

/**
 * What a gateway says about a request.
 *
 * @param tenant {@code x-llm-d-inference-fairness-id}, or empty: tenants share the engine evenly and no cached prompts
 * @param deadline {@code x-envoy-expected-rq-timeout-ms} from arrival, on the clock of {@link System#nanoTime}: after it the
 *     gateway has given up, and so does the engine
 */
record RequestHeaders(String tenant, long deadline) {
    /** The same, ended no later than the server allows. */
    RequestHeaders within(RequestLimits limits, long arrived) {
        return new RequestHeaders(tenant, limits.deadline(arrived, deadline));
    }

    static RequestHeaders of(MultiMap headers, long arrived) {
        String tenant = Optional.ofNullable(headers.get("x-llm-d-inference-fairness-id"))
                .orElse("");
        String timeout = Optional.ofNullable(headers.get("x-envoy-expected-rq-timeout-ms"))
                .orElse("");
        boolean timed = timeout.matches("[1-9][0-9]{0,9}");
        return new RequestHeaders(tenant, timed ? arrived + Long.parseLong(timeout) * 1_000_000 : Long.MAX_VALUE);
    }
}
