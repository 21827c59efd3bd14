package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangStatus;
import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.report.GangReports;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The newest repair from loss to the first step after it. The gang controller tells the first half, reports of the new
 * formation the second; once told, the second half stays.
 */
final class RecoveryStory {

    private RecoveryStory() {}

    static Optional<Recovered> of(Observed observed) {
        var shown = observed.before().map(TrainingJobStatus::lastRecovery);
        var repair = observed.ownGang().flatMap(Gang::reported).map(GangStatus::lastRecovery);
        if (repair.isEmpty()) {
            return shown;
        }
        var told = shown.filter(last -> last.resumedAt() != null && isSameRepair(last, repair.get()));
        return told.or(() -> Optional.of(resumed(repair.get(), observed)));
    }

    private static boolean isSameRepair(Recovered one, Recovered other) {
        return one.detectedAt() != null && one.detectedAt().equals(other.detectedAt());
    }

    private static Recovered resumed(Recovered repair, Observed observed) {
        var generation =
                observed.ownGang().map(gang -> gang.getSpec().formationOrFirst().generation());
        var reports = observed.reports()
                .filter(told ->
                        generation.filter(now -> now == told.generation()).isPresent());
        var first = reports.flatMap(GangReports::first);
        if (first.isEmpty()) {
            return repair;
        }
        var fromStep = first.get().step() - 1;
        var reached = reports.flatMap(GangReports::before).map(GangReports.Progress::step);
        return new Recovered(
                repair.reason(),
                repair.member(),
                repair.node(),
                repair.lostAt(),
                repair.detectedAt(),
                repair.replacedAt(),
                first.get().at().truncatedTo(ChronoUnit.MILLIS),
                fromStep,
                JobStatus.orNull(reached.map(step -> Math.max(0, step - fromStep))));
    }
}
