package dev.plinth.trainer;

import dev.plinth.trainer.report.Reporter;
import java.time.Duration;
import java.util.Optional;

/** What the trainer wants of the operator; without one, everything is permitted and nothing is heard. */
record Operator(Optional<Reporter> reporter) {
    /** A confirmation older than this no longer counts. */
    private static final Duration FRESH = Duration.ofSeconds(3);

    static Operator none() {
        return new Operator(Optional.empty());
    }

    /** Has the present state reported soon. */
    void tell() {
        reporter.ifPresent(Reporter::reportNow);
    }

    /** Reports the present state; false if the operator did not take it within the limit. */
    boolean deliver(Duration limit) {
        return reporter.map(r -> r.awaitDelivery(r.reportNow(), limit)).orElse(true);
    }

    /** Whether {@code generation} is the present one for certain, asking for up to {@code limit}. */
    boolean confirms(long generation, Duration limit) {
        return reporter.map(r -> r.confirmed(generation, FRESH, limit)).orElse(true);
    }
}
