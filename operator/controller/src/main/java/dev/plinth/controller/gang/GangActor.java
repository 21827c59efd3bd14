package dev.plinth.controller.gang;

import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.PodFacts;
import dev.plinth.controller.gang.GangConditions.Outcome;
import dev.plinth.controller.gang.MemberPod.Outline;
import dev.plinth.controller.kubernetes.Deletion;
import dev.plinth.controller.kubernetes.FieldManager;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.Story;
import dev.plinth.controller.kubernetes.Writer;
import dev.plinth.controller.metrics.OperatorMetrics;
import dev.plinth.recovery.Action.Reform;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Carries decisions out, in an order that can be broken off anywhere. */
final class GangActor {
    private static final Duration CONTENDED = Duration.ofMillis(100);
    private static final Duration REFUSED = Duration.ofSeconds(15);

    private final Writer writer;
    private final ClusterState cluster;
    private final PodWrites pods;
    private final NodeWatch nodes;
    private final RoomSeeker seeker;
    private final Formations formations;
    private final OperatorMetrics metrics;

    GangActor(
            Writer writer,
            ClusterState cluster,
            PodWrites pods,
            NodeWatch nodes,
            RoomSeeker seeker,
            Formations formations,
            OperatorMetrics metrics) {
        this.writer = writer;
        this.cluster = cluster;
        this.pods = pods;
        this.nodes = nodes;
        this.seeker = seeker;
        this.formations = formations;
        this.metrics = metrics;
    }

    /**
     * What a pass came to.
     *
     * @param view the gang as it was seen, under the formation now in force
     * @param lookAgain when to try again although nothing has changed
     */
    record Result(GangView view, Outcome outcome, Instant lookAgain) {
        static Result of(GangView view, Outcome outcome) {
            return new Result(view, outcome, Instant.MAX);
        }
    }

    Result carryOut(Observed.Seen seen, GangDecision decision, GangMemory.Entry memory, Instant now) {
        var view = seen.facts().view();
        return switch (decision) {
            case GangDecision.End(var outcome) -> {
                end(view, now);
                yield Result.of(view, outcome);
            }
            case GangDecision.FormAgain(var reform) -> {
                formAgain(seen, reform, memory, now);
                yield bringAbout(view.under(formations.inForce(view.gang())), memory, now);
            }
            case GangDecision.CarryOn(var lookAgain) -> {
                var result = bringAbout(view, memory, now);
                yield lookAgain
                        .filter(until -> until.isBefore(result.lookAgain()))
                        .map(until -> new Result(result.view(), result.outcome(), until))
                        .orElse(result);
            }
        };
    }

    /** What a gang that has ended still runs is stopped; ended pods stay, for their logs. */
    private void end(GangView view, Instant now) {
        view.members().stream()
                .flatMap(member -> member.pod().stream())
                .filter(pod -> !PodFacts.ended(pod))
                .forEach(pod -> remove(view, pod, now));
        view.members().stream()
                .flatMap(member -> member.former().stream())
                .filter(pod -> !PodFacts.ended(pod))
                .forEach(pod -> remove(view, pod, now));
    }

    /** The formation is written before any pod is touched: whoever comes next finds it and goes on. */
    private void formAgain(Observed.Seen seen, Reform reform, GangMemory.Entry memory, Instant now) {
        var view = seen.facts().view();
        var formation = RepairStory.formation(reform);
        writer.apply(FieldManager.GANG, FormationPatch.of(view.gang(), formation));
        var begun = RepairStory.begun(view, reform, seen.facts().signals(), seen.verdicts(), now);
        formations.written(view.gang(), formation);
        memory.learned(memory.faults().plus(reform.faults()));
        memory.recovered(begun);
        metrics.recoveryStarted(begun.reason());
        RepairStory.told(reform, begun).forEach(story -> writer.tell(view.gang(), story));
    }

    private Result bringAbout(GangView view, GangMemory.Entry memory, Instant now) {
        retire(view, now);
        var result = fill(view, memory, now);
        buryOnLostNodes(view, now);
        return result;
    }

    /** Pods that the formation has replaced leave the names that their successors take over, and then end. */
    private void retire(GangView view, Instant now) {
        for (var member : view.members()) {
            for (var pod : member.former()) {
                pods.takeOutOfService(pod);
                if (!PodFacts.ended(pod)) {
                    if (!MemberView.leaving(pod) && !isOnLostNode(pod)) {
                        pods.delete(view, pod, Deletion.GRACEFUL, now);
                    }
                } else if (isOlderThanPredecessor(member, pod)) {
                    pods.delete(view, pod, Deletion.GRACEFUL, now);
                }
            }
        }
        view.surplus().stream()
                .filter(pod -> !MemberView.leaving(pod))
                .forEach(pod -> pods.delete(view, pod, Deletion.GRACEFUL, now));
    }

    /** The pod that failed last is kept for its log; older ones are cleared away. */
    private static boolean isOlderThanPredecessor(MemberView member, Pod pod) {
        return PodFacts.number(pod, Labels.INCARNATION) < member.incarnation() - 1;
    }

    /** Members without a pod get one, all together. */
    private Result fill(GangView view, GangMemory.Entry memory, Instant now) {
        var absent = view.absent();
        if (absent.isEmpty()) {
            return Result.of(view, new Outcome.Steady());
        }
        return switch (MemberPod.outline(
                view.spec().template(), view.spec().contract().framework())) {
            case Outline.Refused(var why) -> refused(view, why, now);
            case Outline.Drawn(var outline) ->
                switch (seeker.seek(view, outline)) {
                    case Room.Contended() -> new Result(view, new Outcome.Steady(), now.plus(CONTENDED));
                    case Room.Lacking(var explanation) -> Result.of(view, new Outcome.Waiting(explanation));
                    case Room.Promised(var places) -> create(view, outline, places, memory, now);
                };
        };
    }

    private Result create(
            GangView view, PodSpec outline, SortedMap<Integer, String> places, GangMemory.Entry memory, Instant now) {
        var wanted = new TreeMap<Integer, Pod>();
        places.forEach((index, node) ->
                wanted.put(index, pods.pod(view, outline, view.members().get(index), node)));
        var refusal = memory.isAccepted(view.spec().template())
                ? Optional.<String>empty()
                : writer.refusal(wanted.firstEntry().getValue());
        if (refusal.isPresent()) {
            view.absent().forEach(member -> seeker.takeBack(view, member));
            return refused(view, refusal.get(), now);
        }
        memory.accepted(view.spec().template());
        if (!cluster.hasService(view.key())) {
            writer.apply(FieldManager.GANG, GangService.of(view.gang()));
        }
        try {
            pods.create(view, List.copyOf(wanted.values()), memory, now);
        } catch (KubernetesClientException failed) {
            if (isVerdict(failed)) {
                return refused(view, String.valueOf(failed.getMessage()), now);
            }
            throw failed;
        }
        tellPlaced(view, places, memory, now);
        return Result.of(view, new Outcome.Steady());
    }

    private void tellPlaced(GangView view, SortedMap<Integer, String> places, GangMemory.Entry memory, Instant now) {
        var generation = view.formation().generation();
        if (generation == 1) {
            var domain = cluster.commonDomain(places.values())
                    .map(name -> " in " + name)
                    .orElse("");
            writer.tell(
                    view.gang(),
                    Story.normal("Placed", "generation 1", places.size() + " members have got their nodes" + domain));
            return;
        }
        memory.lastRecovery()
                .filter(story -> story.replacedAt() == null)
                .ifPresent(story -> memory.recovered(RepairStory.replaced(story, now)));
        var named = places.entrySet().stream()
                .limit(4)
                .map(place -> "member " + place.getKey() + " goes on as "
                        + MemberPod.name(
                                view.key().name(),
                                place.getKey(),
                                view.formation().incarnationOf(place.getKey()))
                        + " on " + place.getValue())
                .toList();
        var more = places.size() > named.size() ? " and " + (places.size() - named.size()) + " more" : "";
        writer.tell(
                view.gang(),
                Story.normal("MemberReplaced", "generation " + generation, String.join(", ", named) + more));
    }

    /** Nobody on a lost node will confirm the end of a pod: it is removed, now that its successor exists. */
    private void buryOnLostNodes(GangView view, Instant now) {
        view.members().stream()
                .flatMap(member -> member.former().stream())
                .filter(pod -> !PodFacts.ended(pod))
                .filter(this::isOnLostNode)
                .forEach(pod -> pods.delete(view, pod, Deletion.FORCED, now));
    }

    private void remove(GangView view, Pod pod, Instant now) {
        if (isOnLostNode(pod)) {
            pods.delete(view, pod, Deletion.FORCED, now);
        } else if (!MemberView.leaving(pod)) {
            pods.delete(view, pod, Deletion.GRACEFUL, now);
        }
    }

    private boolean isOnLostNode(Pod pod) {
        return PodFacts.node(pod).filter(nodes::isLost).isPresent();
    }

    private static Result refused(GangView view, String why, Instant now) {
        return new Result(view, new Outcome.Refused(why), now.plus(REFUSED));
    }

    private static boolean isVerdict(KubernetesClientException failed) {
        return failed instanceof PodWrites.NameTakenException || (failed.getCode() >= 400 && failed.getCode() < 500);
    }
}
