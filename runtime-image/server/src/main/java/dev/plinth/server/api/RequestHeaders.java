package dev.plinth.server.api;

import io.vertx.core.MultiMap;
import java.util.Optional;

/**
 * What is known of a request before its body is read.
 *
 * @param tenant whose API key it names; where none are asked for, what a gateway says in {@code x-llm-d-inference-fairness-id};
 *     or empty. Tenants share the engine evenly and no cached prompts
 * @param deadline {@code x-envoy-expected-rq-timeout-ms} from arrival, on the clock of {@link System#nanoTime}: after it the
 *     gateway has given up, and so does the engine
 */
record RequestHeaders(String tenant, long deadline) {
    /** The same, ended no later than the server allows. */
    RequestHeaders within(RequestLimits limits, long arrived) {
        return new RequestHeaders(tenant, limits.deadline(arrived, deadline));
    }

    /** @param keyOwner whose API key it names, or empty */
    static RequestHeaders of(String keyOwner, MultiMap headers, long arrived) {
        String gatewaySays = Optional.ofNullable(headers.get("x-llm-d-inference-fairness-id"))
                .orElse("");
        String tenant = keyOwner.isEmpty() ? gatewaySays : keyOwner;
        String timeout = Optional.ofNullable(headers.get("x-envoy-expected-rq-timeout-ms"))
                .orElse("");
        boolean timed = timeout.matches("[1-9][0-9]{0,9}");
        return new RequestHeaders(tenant, timed ? arrived + Long.parseLong(timeout) * 1_000_000 : Long.MAX_VALUE);
    }
}
