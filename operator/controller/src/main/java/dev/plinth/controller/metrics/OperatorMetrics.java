package dev.plinth.controller.metrics;

import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Optional;

/** What the controllers count and time; each method is called where the thing happens. */
public final class OperatorMetrics {
    private final Histogram placement;
    private final Counter recoveries;
    private final Histogram timeToRepair;
    private final Counter reports;

    public OperatorMetrics(PrometheusRegistry registry) {
        placement = Histogram.builder()
                .name("plinth_placement_decision_seconds")
                .help("Time to decide where the members of a gang go, or that they have no room.")
                .labelNames("outcome")
                .classicUpperBounds(0.0001, 0.001, 0.01, 0.1, 0.5, 1, 5)
                .register(registry);
        recoveries = Counter.builder()
                .name("plinth_recoveries_total")
                .help("Repairs of gangs, by what was lost.")
                .labelNames("reason")
                .register(registry);
        timeToRepair = Histogram.builder()
                .name("plinth_time_to_repair_seconds")
                .help("Time from the last sign of life of a lost worker to the first step after its repair.")
                .labelNames("reason")
                .classicUpperBounds(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800)
                .register(registry);
        reports = Counter.builder()
                .name("plinth_reports_total")
                .help("Reports of members, by HTTP status of the answer.")
                .labelNames("status")
                .register(registry);
    }

    /** A gang was placed, or found to have no room. */
    public void placementDecided(Duration took, boolean placed) {
        placement.labelValues(placed ? "placed" : "waiting").observe(seconds(took));
    }

    /** A gang is repaired in a new formation. */
    public void recoveryStarted(String reason) {
        recoveries.labelValues(reason).inc();
    }

    /** A member's report was answered with that HTTP status. */
    public void reportAnswered(int status) {
        reports.labelValues(Integer.toString(status)).inc();
    }

    /** A pass over a job changed what is known of it. */
    public void job(Optional<TrainingJobStatus> before, TrainingJobStatus after) {
        var repaired = Optional.ofNullable(after.lastRecovery()).filter(repair -> repair.resumedAt() != null);
        var known = before.map(TrainingJobStatus::lastRecovery).map(Recovered::resumedAt);
        repaired.filter(repair -> !known.equals(Optional.ofNullable(repair.resumedAt())))
                .ifPresent(this::repaired);
    }

    private void repaired(Recovered repair) {
        var lost = repair.lostAt() == null ? repair.detectedAt() : repair.lostAt();
        if (lost != null && repair.resumedAt() != null) {
            timeToRepair.labelValues(repair.reason()).observe(seconds(Duration.between(lost, repair.resumedAt())));
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
