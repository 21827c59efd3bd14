package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.GangStatus.MemberException;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.kubernetes.Conditions.Chain;
import dev.plinth.controller.kubernetes.Conditions.Verdict;
import dev.plinth.placement.Explanation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How the conditions of a gang follow from what a pass found and did. */
final class GangConditions {
    static final String PLACED = "Placed";
    static final String RUNNING = "Running";
    static final String COMPLETE = "Complete";
    static final String FAILED = "Failed";
    private static final String CHANGE_REFUSED = "ChangeRefused";

    static final Conditions<Finding> ALL = Conditions.of(
            Chain.of(
                    PLACED,
                    finding -> Verdict.yes("Placed", "every member has its node"),
                    GangConditions::ended,
                    GangConditions::refused,
                    GangConditions::succeeds,
                    GangConditions::waits,
                    GangConditions::beingPlaced,
                    GangConditions::queued),
            Chain.of(
                    RUNNING,
                    finding -> Verdict.yes("Running", "every member runs"),
                    GangConditions::endedNotRunning,
                    GangConditions::changeRefused,
                    GangConditions::withoutPlace,
                    GangConditions::trouble,
                    GangConditions::starting),
            Chain.of(
                    COMPLETE,
                    finding -> Verdict.no("InProgress", "not all members have succeeded"),
                    finding -> finding.outcome() instanceof Outcome.Complete
                            ? Optional.of(Verdict.yes("Complete", "all members have succeeded"))
                            : Optional.empty()),
            Chain.of(
                    FAILED,
                    finding -> Verdict.no("NotFailed", "the gang has not failed"),
                    finding -> finding.outcome() instanceof Outcome.Failed(var why)
                            ? Optional.of(Verdict.yes("Failed", why))
                            : Optional.empty()));

    private GangConditions() {}

    /** How the gang stands at the end of a pass. */
    sealed interface Outcome {
        /** It goes on as it is. */
        record Steady() implements Outcome {}

        /** It waits for room. */
        record Waiting(Explanation explanation) implements Outcome {}

        /** It waits for the end of a pod that has a member's name. */
        record Succeeding(String why) implements Outcome {}

        /** The API server or the policy would not have its pods, or what goes with them. */
        record Refused(String why) implements Outcome {}

        /** All members have succeeded. */
        record Complete() implements Outcome {}

        /** It was given up. */
        record Failed(String why) implements Outcome {}
    }

    /**
     * What the conditions are judged from.
     *
     * @param unprepared a member whose node cannot prepare its pod
     */
    record Finding(GangView view, Outcome outcome, Optional<MemberException> unprepared) {

        /** Members that are not as they should be. */
        List<MemberException> troubles() {
            return Stream.concat(MemberTroubles.of(view).stream(), unprepared.stream())
                    .toList();
        }
    }

    private static Optional<Verdict> ended(Finding finding) {
        return switch (finding.outcome()) {
            case Outcome.Complete() -> Optional.of(Verdict.yes("Complete", "the gang has run to its end"));
            case Outcome.Failed(var _) -> Optional.of(Verdict.no("Failed", "the gang was given up"));
            default -> Optional.empty();
        };
    }

    private static Optional<Verdict> refused(Finding finding) {
        return finding.outcome() instanceof Outcome.Refused(var why)
                        && !finding.view().absent().isEmpty()
                ? Optional.of(Verdict.no("PodRefused", why))
                : Optional.empty();
    }

    private static Optional<Verdict> succeeds(Finding finding) {
        return finding.outcome() instanceof Outcome.Succeeding(var why)
                ? Optional.of(Verdict.no("WaitingForPredecessor", why))
                : Optional.empty();
    }

    /** A change that nobody would have leaves those alone who run. */
    private static Optional<Verdict> changeRefused(Finding finding) {
        return finding.outcome() instanceof Outcome.Refused(var why)
                        && finding.view().absent().isEmpty()
                ? Optional.of(Verdict.unknown(
                        CHANGE_REFUSED, "the members stay as they were, for the change of the spec is refused: " + why))
                : Optional.empty();
    }

    private static Optional<Verdict> waits(Finding finding) {
        return finding.outcome() instanceof Outcome.Waiting(var explanation)
                ? Optional.of(Verdict.no("WaitingForRoom", explanation.text()))
                : Optional.empty();
    }

    private static Optional<Verdict> beingPlaced(Finding finding) {
        int absent = finding.view().absent().size();
        return absent == 0 ? Optional.empty() : Optional.of(Verdict.no("Placing", "members without a pod: " + absent));
    }

    /** Only where somebody else's scheduler chooses nodes: with our plan a pod has its node from the beginning. */
    private static Optional<Verdict> queued(Finding finding) {
        var members = finding.view().members();
        long queued = members.stream().filter(member -> member.node().isEmpty()).count();
        return queued == 0
                ? Optional.empty()
                : Optional.of(Verdict.no(
                        "Queued", "members that wait for their scheduler: %d of %d".formatted(queued, members.size())));
    }

    private static Optional<Verdict> endedNotRunning(Finding finding) {
        return ended(finding).map(verdict -> Verdict.no(verdict.reason(), verdict.message()));
    }

    /** The reason is the same as that of Placed: it is what the column State shows. */
    private static Optional<Verdict> withoutPlace(Finding finding) {
        return refused(finding).or(() -> succeeds(finding)).or(() -> waits(finding));
    }

    private static Optional<Verdict> trouble(Finding finding) {
        return finding.troubles().stream()
                .findFirst()
                .map(trouble -> Verdict.no(trouble.reason(), "member " + trouble.index() + ": " + trouble.message()));
    }

    private static Optional<Verdict> starting(Finding finding) {
        long running = finding.view().members().stream()
                .filter(member -> member.running() || member.succeeded())
                .count();
        int size = finding.view().members().size();
        if (running == size) {
            return Optional.empty();
        }
        var hint = finding.view().members().stream()
                .filter(member -> !member.running() && !member.succeeded())
                .flatMap(member -> member.pod().stream())
                .findFirst()
                .map(pod -> "; kubectl describe pod " + pod.getMetadata().getName() + " --namespace "
                        + pod.getMetadata().getNamespace() + " tells what the next waits for");
        return Optional.of(Verdict.no("Starting", "members that run: " + running + " of " + size + hint.orElse("")));
    }
}
