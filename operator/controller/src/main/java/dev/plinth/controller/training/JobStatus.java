package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec.Formation;
import dev.plinth.api.v1alpha1.GangStatus;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.api.v1alpha1.TrainingJobStatus.Progress;
import dev.plinth.api.v1alpha1.TrainingJobStatus.StepTime;
import dev.plinth.api.v1alpha1.TrainingJobStatus.WorkerCounts;
import dev.plinth.controller.planning.Decimal;
import dev.plinth.controller.report.GangReports;
import dev.plinth.controller.report.GangReports.Checkpoint;
import io.fabric8.kubernetes.api.model.Condition;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Composes the status of a job from that of its gang, from reports, and from what was already known. */
final class JobStatus {

    /** Progress changes with every step; this bounds how often that is written to the cluster. */
    static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(5);

    private JobStatus() {}

    static TrainingJobStatus of(Observed observed, List<Condition> conditions, Instant now) {
        var moment = now.truncatedTo(ChronoUnit.MILLIS);
        var before = observed.before();
        var gang = observed.ownGang();
        var counts = gang.flatMap(Gang::reported).map(GangStatus::members);
        var formation = gang.map(found -> found.getSpec().formationOrFirst());
        var fresh = isFresh(observed);
        var progress = fresh
                ? observed.reports().flatMap(GangReports::latest).map(JobStatus::progress)
                : before.map(TrainingJobStatus::progress);
        var plan = observed.planInForce();
        return new TrainingJobStatus(
                observed.job().getMetadata().getGeneration(),
                conditions,
                new WorkerCounts(
                        observed.spec().workers().count(),
                        counts.map(GangStatus.MemberCounts::placed).orElse(0),
                        counts.map(GangStatus.MemberCounts::running).orElse(0)),
                orNull(gang.flatMap(Gang::reported).map(GangStatus::placement).map(GangStatus.Placement::domain)),
                orNull(formation.map(Formation::generation)),
                orNull(formation.map(Formation::restarts)),
                orNull(progress),
                orNull(plan),
                orNull(plan.flatMap(split -> progress.flatMap(shown -> stepTime(observed, split, shown)))),
                orNull(checkpoint(observed)),
                orNull(RecoveryStory.of(observed)),
                firstTime(before, TrainingJobStatus::startedAt, Optional.of(moment)),
                firstTime(before, TrainingJobStatus::placedAt, when(observed.gangIs("Placed"), moment)),
                firstTime(
                        before,
                        TrainingJobStatus::firstStepAt,
                        observed.reports()
                                .flatMap(GangReports::first)
                                .map(first -> first.at().truncatedTo(ChronoUnit.MILLIS))),
                observed.ended() ? firstTime(before, TrainingJobStatus::completedAt, Optional.of(moment)) : null);
    }

    /** A decimal that says no more than a 32-bit float knows. */
    static String decimal(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(value)
                        .round(new MathContext(6))
                        .stripTrailingZeros()
                        .toPlainString()
                : Double.toString(value);
    }

    /** Predicted beside measured; absent until workers that run by this plan say how fast they are. */
    private static Optional<StepTime> stepTime(Observed observed, Plan plan, Progress shown) {
        var asked = observed.spec().parallelism();
        var tokensPerSecond = shown.tokensPerSecond();
        if (asked == null || tokensPerSecond == null || tokensPerSecond <= 0) {
            return Optional.empty();
        }
        var measured = (double) asked.globalBatch() * asked.sequenceLength() / tokensPerSecond;
        var predicted = plan.step().seconds();
        var knownBefore = observed.before()
                .map(TrainingJobStatus::stepTime)
                .filter(known -> known.predictedSeconds().equals(predicted));
        if (knownBefore.isEmpty()
                && observed.reportsOfFormation().flatMap(GangReports::latest).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new StepTime(
                predicted, Decimal.text(measured), Decimal.text(measured / Double.parseDouble(predicted))));
    }

    /** Whether reported progress is new enough, or final enough, to be shown. */
    private static boolean isFresh(Observed observed) {
        var latest = observed.reports().flatMap(GangReports::latest);
        var shown = observed.before().map(TrainingJobStatus::progress);
        if (latest.isEmpty()) {
            return false;
        }
        return shown.isEmpty()
                || shown.get().time() == null
                || observed.ended()
                || !latest.get().at().isBefore(shown.get().time().plus(PROGRESS_INTERVAL));
    }

    private static Progress progress(GangReports.Progress reported) {
        return new Progress(
                reported.step(),
                reported.totalSteps().isPresent() ? reported.totalSteps().getAsLong() : null,
                decimal(reported.loss()),
                Math.round(reported.tokensPerSecond()),
                reported.at().truncatedTo(ChronoUnit.MILLIS));
    }

    private static Optional<TrainingJobStatus.Checkpoint> checkpoint(Observed observed) {
        return observed.farewell()
                .or(() -> observed.reports().flatMap(GangReports::checkpoint))
                .map(JobStatus::shown)
                .or(() -> observed.before().map(TrainingJobStatus::checkpoint));
    }

    private static TrainingJobStatus.Checkpoint shown(Checkpoint reported) {
        return new TrainingJobStatus.Checkpoint(
                reported.step(),
                reported.generation(),
                reported.path(),
                reported.bytes() > 0 ? reported.bytes() : null,
                orNull(reported.digest()),
                reported.at().truncatedTo(ChronoUnit.MILLIS));
    }

    /** What was known before stays; a moment is never told twice. */
    private static @Nullable Instant firstTime(
            Optional<TrainingJobStatus> before,
            Function<TrainingJobStatus, @Nullable Instant> component,
            Optional<Instant> now) {
        return before.map(component).or(() -> now).orElse(null);
    }

    private static Optional<Instant> when(boolean happened, Instant moment) {
        return happened ? Optional.of(moment) : Optional.empty();
    }

    @SuppressWarnings("NullAway") // An absent component of an API record is null.
    static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }
}
