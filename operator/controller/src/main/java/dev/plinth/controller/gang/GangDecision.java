package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.GangSpec.Lifecycle;
import dev.plinth.controller.gang.GangConditions.Outcome;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.recovery.Action;
import dev.plinth.recovery.FaultHistory;
import dev.plinth.recovery.GangState;
import dev.plinth.recovery.Recovery;
import dev.plinth.recovery.RecoveryPolicy;
import dev.plinth.recovery.Signal;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What is to be done about a gang now. */
sealed interface GangDecision {
    /** It has come to its end, good or bad. */
    record End(Outcome outcome) implements GangDecision {}

    /** It is formed again. */
    record FormAgain(Action.Reform reform) implements GangDecision {}

    /** What its formation asks for is brought about; {@code lookAgain} if a fault is not certain yet. */
    record CarryOn(Optional<Instant> lookAgain) implements GangDecision {}

    /** What a decision is made from. */
    record Facts(GangView view, List<Signal> signals, FaultHistory faults, OptionalLong step) {}

    /** Decides, by nothing but its arguments. */
    static GangDecision decide(Facts facts, Instant now) {
        var ended = ended(facts.view());
        if (ended.isPresent()) {
            return new End(ended.get());
        }
        var policy = policy(facts.view());
        var state = state(facts);
        return switch (Recovery.next(state, facts.signals(), policy, now)) {
            case Action.None() -> new CarryOn(Optional.empty());
            case Action.Wait(var until, var _) -> new CarryOn(Optional.of(until));
            case Action.GiveUp(var reason) -> givenUp(facts, reason);
            case Action.Reform _ -> formAgain(facts, state, policy, now);
        };
    }

    /** Members that are done come along into a new formation: those that are not could not finish without them. */
    private static GangDecision formAgain(Facts facts, GangState state, RecoveryPolicy policy, Instant now) {
        var signals = new ArrayList<>(facts.signals());
        facts.view().members().stream()
                .filter(MemberView::succeeded)
                .forEach(done -> signals.add(new Signal.MemberGone(done.index(), done.incarnation())));
        return switch (Recovery.next(state, signals, policy, now)) {
            case Action.Reform reform -> new FormAgain(reform);
            case Action.GiveUp(var reason) -> givenUp(facts, reason);
            default -> new CarryOn(Optional.empty());
        };
    }

    private static GangDecision givenUp(Facts facts, String reason) {
        return new End(new Outcome.Failed(reason + MemberTroubles.whereToLook(facts.view())));
    }

    /**
     * An end once reported is final: pods that are cleared away later do not bring the gang back. Only a gang that has
     * failed gets another chance when its spec is changed.
     */
    private static Optional<Outcome> ended(GangView view) {
        var failed = Conditions.find(view.conditions(), GangConditions.FAILED)
                .filter(condition -> "True".equals(condition.getStatus()))
                .filter(condition -> isOfNewestSpec(condition, view))
                .map(Condition::getMessage);
        if (failed.isPresent()) {
            return failed.map(Outcome.Failed::new);
        }
        boolean complete = Conditions.isTrue(view.conditions(), GangConditions.COMPLETE)
                || (view.spec().lifecycle() == Lifecycle.Finite && view.allSucceeded());
        return complete ? Optional.of(new Outcome.Complete()) : Optional.empty();
    }

    private static boolean isOfNewestSpec(Condition condition, GangView view) {
        return Objects.equals(
                condition.getObservedGeneration(), view.gang().getMetadata().getGeneration());
    }

    private static GangState state(Facts facts) {
        var view = facts.view();
        var incarnations = new TreeMap<Integer, Integer>();
        view.formation().members().forEach(member -> incarnations.put(member.index(), member.incarnation()));
        return new GangState(
                view.key().toString(),
                view.spec().size(),
                Frameworks.scope(view.spec().contract()),
                view.formation().generation(),
                incarnations,
                view.formation().restarts(),
                view.nodes(),
                facts.step(),
                facts.faults());
    }

    private static RecoveryPolicy policy(GangView view) {
        var policy = view.spec().recovery();
        var silence = Duration.ofSeconds(policy.silenceSeconds());
        return view.spec().lifecycle() == Lifecycle.Endless
                ? RecoveryPolicy.endless(silence)
                : RecoveryPolicy.of(policy.maxRestarts(), silence);
    }
}
