package dev.plinth.controller.kubernetes;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The conditions of a kind as ordered chains of pure checks: for each type the first check that has something to say
 * decides. A condition keeps its transition time while its status stays.
 *
 * @param <S> what is judged: everything a pass has observed and decided
 */
public final class Conditions<S> {
    private final List<Chain<S>> chains;

    private Conditions(List<Chain<S>> chains) {
        this.chains = List.copyOf(chains);
    }

    /** The conditions of a kind, in the order in which its status shows them. */
    @SafeVarargs
    public static <S> Conditions<S> of(Chain<S>... chains) {
        return new Conditions<>(List.of(chains));
    }

    /**
     * Judges the subject.
     *
     * @param observedGeneration generation of the object that was judged
     * @param before the conditions reported last, for their transition times
     */
    public List<Condition> judge(S subject, long observedGeneration, List<Condition> before, Instant now) {
        return chains.stream()
                .map(chain -> condition(chain.type(), chain.judge(subject), observedGeneration, before, now))
                .toList();
    }

    /** The condition of that type, if it has been reported. */
    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    /** Whether the condition of that type has been reported as True. */
    public static boolean isTrue(List<Condition> conditions, String type) {
        return find(conditions, type)
                .filter(condition -> Status.True.name().equals(condition.getStatus()))
                .isPresent();
    }

    private static Condition condition(
            String type, Verdict verdict, long observedGeneration, List<Condition> before, Instant now) {
        var since = find(before, type)
                .filter(last -> verdict.status().name().equals(last.getStatus()))
                .map(Condition::getLastTransitionTime)
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        return new ConditionBuilder()
                .withType(type)
                .withStatus(verdict.status().name())
                .withObservedGeneration(observedGeneration)
                .withLastTransitionTime(since)
                .withReason(verdict.reason())
                .withMessage(verdict.message())
                .build();
    }

    /** Whether a condition holds. */
    public enum Status {
        True,
        False,
        Unknown
    }

    /**
     * What a check found.
     *
     * @param reason CamelCase word a machine may match
     * @param message what a person reads; where something is wrong, what to do about it
     */
    public record Verdict(Status status, String reason, String message) {
        public static Verdict yes(String reason, String message) {
            return new Verdict(Status.True, reason, message);
        }

        public static Verdict no(String reason, String message) {
            return new Verdict(Status.False, reason, message);
        }

        public static Verdict unknown(String reason, String message) {
            return new Verdict(Status.Unknown, reason, message);
        }
    }

    /**
     * How one condition is decided.
     *
     * @param type of the condition
     * @param checks asked in order; the first that answers decides
     * @param otherwise the verdict if no check answers
     */
    public record Chain<S>(String type, List<Function<S, Optional<Verdict>>> checks, Function<S, Verdict> otherwise) {

        /** Starts a chain; {@code otherwise} is the verdict when none of the checks answers. */
        @SafeVarargs
        public static <S> Chain<S> of(
                String type, Function<S, Verdict> otherwise, Function<S, Optional<Verdict>>... checks) {
            return new Chain<>(type, List.of(checks), otherwise);
        }

        Verdict judge(S subject) {
            return checks.stream()
                    .map(check -> check.apply(subject))
                    .flatMap(Optional::stream)
                    .findFirst()
                    .orElseGet(() -> otherwise.apply(subject));
        }
    }
}
