package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangStatus;
import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.report.GangReports;
import dev.plinth.controller.report.GangReports.Checkpoint;
import dev.plinth.controller.report.GangReports.Progress;
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
        var reports = observed.reportsOfFormation();
        var first = reports.flatMap(GangReports::first);
        if (first.isEmpty()) {
            return repair;
        }
        var fromStep = fromStep(reports.get(), first.get());
        var reached =
                reports.flatMap(GangReports::before).map(Progress::step).or(() -> shownBefore(first.get(), observed));
        return new Recovered(
                repair.reason(),
                repair.member(),
                repair.node(),
                repair.lostAt(),
                repair.detectedAt(),
                repair.replacedAt(),
                first.get().at().truncatedTo(ChronoUnit.MILLIS),
                JobStatus.orNull(fromStep),
                JobStatus.orNull(fromStep.flatMap(from -> reached.map(step -> Math.max(0, step - from)))));
    }

    /** What the members say; of those that do not tell, it is the newest checkpoint they had when they were formed again. */
    private static Optional<Long> fromStep(GangReports reports, Progress first) {
        if (first.resumedFrom().isPresent()) {
            return Optional.of(first.resumedFrom().getAsLong());
        }
        return reports.checkpoint()
                .filter(checkpoint -> checkpoint.generation() < reports.generation())
                .map(Checkpoint::step);
    }

    /**
     * How far the job was by its own status, if this operator came too late to hear of it. The other members may have gone
     * on after the loss was noticed, so it is the first step of the new formation that all older progress comes before.
     */
    private static Optional<Long> shownBefore(Progress first, Observed observed) {
        var resumed = first.at().truncatedTo(ChronoUnit.MILLIS);
        return observed.before()
                .map(TrainingJobStatus::progress)
                .filter(shown -> shown.time() != null && shown.time().isBefore(resumed))
                .map(TrainingJobStatus.Progress::step);
    }
}
