package dev.plinth.controller.health;

import dev.plinth.controller.metrics.ReconcileMetrics;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive while every pass ends: one that hangs holds its object for ever, and only a restart helps. */
@Liveness
@Singleton
class PassesEnd implements HealthCheck {

    /** Requests to the API server time out after seconds; a pass makes a bounded number of them. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final ReconcileMetrics passes;

    PassesEnd(ReconcileMetrics passes) {
        this.passes = passes;
    }

    @Override
    public HealthCheckResponse call() {
        var stuck = passes.longerThan(LIMIT);
        var answer = HealthCheckResponse.named("passes end").status(stuck.isEmpty());
        stuck.ifPresent(pass -> answer.withData(
                "stuck", "%s of %s since %s".formatted(pass.controller(), pass.object(), pass.since())));
        return answer.build();
    }
}
