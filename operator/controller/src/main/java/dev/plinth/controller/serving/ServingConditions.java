package dev.plinth.controller.serving;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangStatus;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.kubernetes.Conditions.Chain;
import dev.plinth.controller.kubernetes.Conditions.Verdict;
import dev.plinth.controller.serving.Target.Known;
import dev.plinth.controller.serving.Target.Waiting;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The conditions of a model service: {@code Ready}, whether requests are answered, and {@code Progressing}. */
final class ServingConditions {

    /** What is judged. */
    record Judged(Observed observed, Target target, List<Replica> replicas, Optional<Refused> refused) {

        int wanted() {
            return observed.service().getSpec().replicas();
        }

        long ready() {
            return replicas.stream().filter(Replica::ready).count();
        }

        boolean isCurrent(Replica replica) {
            return target instanceof Known(Revision revision) && revision.name().equals(replica.revision());
        }

        long currentReady() {
            return replicas.stream()
                    .filter(replica -> isCurrent(replica) && replica.ready())
                    .count();
        }

        boolean isRolling() {
            return replicas.stream().anyMatch(replica -> !isCurrent(replica)) || currentReady() < wanted();
        }
    }

    private static final Conditions<Judged> CONDITIONS = Conditions.of(
            Chain.of(
                    "Ready",
                    judged -> Verdict.no("Starting", "No replica answers yet; the first ones are starting."),
                    ServingConditions::scaledToZero,
                    ServingConditions::unreachable,
                    ServingConditions::someAnswer,
                    ServingConditions::waiting,
                    ServingConditions::refused,
                    ServingConditions::replicaHindered),
            Chain.of(
                    "Progressing",
                    judged -> Verdict.no("UpToDate", "All replicas are as asked for."),
                    ServingConditions::waiting,
                    ServingConditions::refused,
                    ServingConditions::rolling));

    private ServingConditions() {}

    static List<Condition> judge(Judged judged, Instant now) {
        var observed = judged.observed();
        return CONDITIONS.judge(
                judged, observed.service().getMetadata().getGeneration(), observed.conditionsBefore(), now);
    }

    private static Optional<Verdict> scaledToZero(Judged judged) {
        return judged.wanted() == 0
                ? Optional.of(Verdict.no("ScaledToZero", "No replicas are asked for; set spec.replicas to serve."))
                : Optional.empty();
    }

    private static Optional<Verdict> someAnswer(Judged judged) {
        if (judged.ready() == 0) {
            return Optional.empty();
        }
        var count = "%d of %d replicas answer.".formatted(Math.min(judged.ready(), judged.wanted()), judged.wanted());
        return Optional.of(
                Verdict.yes(judged.ready() < judged.wanted() ? "SomeReplicasReady" : "ReplicasReady", count));
    }

    private static Optional<Verdict> waiting(Judged judged) {
        return judged.target() instanceof Waiting(String reason, String message)
                ? Optional.of(Verdict.no(reason, message))
                : Optional.empty();
    }

    /** Replicas that nobody can call do not answer. */
    private static Optional<Verdict> unreachable(Judged judged) {
        return refused(judged)
                .filter(verdict -> judged.observed().front().isEmpty()
                        && judged.refused().filter(Refused::front).isPresent());
    }

    private static Optional<Verdict> refused(Judged judged) {
        return judged.refused().map(refused -> Verdict.no(refused.reason(), refused.message()));
    }

    /** Why a replica cannot start, in the words of the gang controller. */
    private static Optional<Verdict> replicaHindered(Judged judged) {
        return judged.observed().gangs().stream()
                .flatMap(gang -> hindrance(gang).stream())
                .findFirst();
    }

    private static Optional<Verdict> hindrance(Gang gang) {
        var status = gang.reported();
        var unplaced = status.flatMap(told -> Conditions.find(told.conditions(), "Placed"))
                .filter(placed -> "False".equals(placed.getStatus()))
                .map(placed -> Verdict.no(placed.getReason(), placed.getMessage()));
        return unplaced.or(() -> status.map(GangStatus::exceptions)
                .flatMap(exceptions -> exceptions.stream().findFirst())
                .map(exception -> Verdict.no(
                        exception.reason(),
                        "Replica %s: %s"
                                .formatted(
                                        gang.getMetadata().getName(),
                                        Optional.ofNullable(exception.message()).orElse(exception.reason())))));
    }

    /** Why a replica cannot start; while older ones answer nothing else tells of it. */
    private static String whatHinders(Judged judged) {
        return replicaHindered(judged)
                .map(verdict -> " " + verdict.reason() + ": " + verdict.message())
                .orElse("");
    }

    private static Optional<Verdict> rolling(Judged judged) {
        if (!judged.isRolling()) {
            return Optional.empty();
        }
        var older = judged.replicas().stream()
                .filter(replica -> !judged.isCurrent(replica))
                .count();
        return Optional.of(
                older > 0
                        ? Verdict.yes(
                                "RollingOut",
                                "%d of %d replicas are of the newest revision and answer; %d older ones go when they are replaced.%s"
                                        .formatted(judged.currentReady(), judged.wanted(), older, whatHinders(judged)))
                        : Verdict.yes(
                                "Scaling",
                                "%d of %d replicas answer.".formatted(judged.currentReady(), judged.wanted())));
    }
}
