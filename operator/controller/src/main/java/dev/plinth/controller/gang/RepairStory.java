package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.GangSpec.Formation;
import dev.plinth.api.v1alpha1.GangSpec.Member;
import dev.plinth.api.v1alpha1.GangSpec.Repair;
import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.controller.kubernetes.Story;
import dev.plinth.recovery.Action.Reform;
import dev.plinth.recovery.NodeVerdict;
import dev.plinth.recovery.Signal;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a person is told of a repair, and the formation it makes. */
final class RepairStory {
    private RepairStory() {}

    /** The formation to be written down before any pod is touched. */
    static Formation formation(Reform reform, Optional<Repair> repair) {
        var members = reform.incarnations().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> new Member(entry.getKey(), entry.getValue()))
                .toList();
        return new Formation(reform.generation(), reform.restarts(), members, orNull(repair));
    }

    /** The event of a change that the user asked for; nobody was lost. */
    static Story changed(Reform reform) {
        return Story.normal(
                "SpecChanged",
                "generation " + reform.generation(),
                "formation " + reform.generation() + ": " + reform.reason() + "; all "
                        + reform.replaced().size() + " start again, from the newest checkpoint if they keep any");
    }

    /** The repair as it begins, from the surest sign of the lowest member that was lost. */
    static Repair begun(
            GangView view, Reform reform, List<Signal> signals, Map<String, NodeVerdict> verdicts, Instant now) {
        var lost = reform.replaced().stream()
                .flatMap(index -> cause(view, view.members().get(index), signals).stream())
                .findFirst()
                .orElseGet(() -> new Cause("MemberGone", reform.replaced().first()));
        var node = view.members().get(lost.member()).node();
        var lostAt = node.map(verdicts::get)
                .flatMap(verdict ->
                        verdict instanceof NodeVerdict.Lost gone ? Optional.of(gone.since()) : Optional.empty())
                .or(() -> lastHeard(lost, signals, now))
                .orElse(now);
        return new Repair(
                lost.reason(),
                lost.member(),
                orNull(node),
                lostAt.truncatedTo(ChronoUnit.MILLIS),
                now.truncatedTo(ChronoUnit.MILLIS),
                reform.reason(),
                reform.replaced().size());
    }

    private static Optional<Instant> lastHeard(Cause lost, List<Signal> signals, Instant now) {
        return signals.stream()
                .flatMap(signal -> signal instanceof Signal.MemberSilent(var index, var _, var silence)
                                && index == lost.member()
                                && "MemberSilent".equals(lost.reason())
                        ? Stream.of(now.minus(silence))
                        : Stream.of())
                .findFirst();
    }

    /** The same repair, once every successor has its pod; of one, the API server tells the second in which it was created. */
    static Optional<Recovered> replaced(Recovered story, List<Pod> successors) {
        return successors.stream()
                .map(pod -> Instant.parse(pod.getMetadata().getCreationTimestamp()))
                .max(Comparator.naturalOrder())
                .map(created -> new Recovered(
                        story.reason(),
                        story.member(),
                        story.node(),
                        story.lostAt(),
                        story.detectedAt(),
                        story.detectedAt() == null || created.isAfter(story.detectedAt())
                                ? created
                                : story.detectedAt(),
                        story.resumedAt(),
                        story.fromStep(),
                        story.lostSteps()));
    }

    /** Events: each lost node by itself, then the repair. */
    static List<Story> told(int generation, Repair repair, Map<String, String> lostNodes) {
        var stories = new ArrayList<Story>();
        var occasion = "generation " + generation;
        lostNodes.forEach((node, why) ->
                stories.add(Story.warning("NodeLost", occasion + " " + node, "node " + node + " is not used: " + why)));
        if (!"NodeLost".equals(repair.reason())) {
            stories.add(Story.warning(repair.reason(), occasion, repair.words()));
        }
        stories.add(Story.normal(
                "FormingAgain",
                occasion,
                "formation " + generation + " replaces " + repair.replaced() + " of the members: " + repair.words()));
        return stories;
    }

    /** The same events, from what is written down; of several lost nodes that is the one of the first member. */
    static List<Story> toldAgain(int generation, Repair repair) {
        var node = "NodeLost".equals(repair.reason()) ? repair.node() : null;
        return told(generation, repair, node == null ? Map.of() : Map.of(node, repair.words()));
    }

    private record Cause(String reason, int member) {}

    private static Optional<Cause> cause(GangView view, MemberView member, List<Signal> signals) {
        return signals.stream()
                .flatMap(signal -> reason(signal, member, view).stream())
                .sorted(Comparator.comparing((String reason) -> !reason.equals("NodeLost")))
                .findFirst()
                .map(reason -> new Cause(reason, member.index()));
    }

    private static Optional<String> reason(Signal signal, MemberView member, GangView view) {
        return switch (signal) {
            case Signal.NodeLost(var node, var _)
            when member.node().filter(node::equals).isPresent() -> Optional.of("NodeLost");
            case Signal.MemberFailed(var index, var _, var _)
            when index == member.index() -> Optional.of("MemberFailed");
            case Signal.MemberRejected(var index, var _, var _)
            when index == member.index() -> Optional.of("MemberRejected");
            case Signal.MemberGone(var index, var _) when index == member.index() -> Optional.of("MemberGone");
            case Signal.MemberSilent(var index, var _, var _)
            when index == member.index() -> Optional.of("MemberSilent");
            default -> Optional.empty();
        };
    }

    @SuppressWarnings("NullAway") // An absent component of an API record is null.
    private static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }
}
