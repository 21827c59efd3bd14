package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.GangSpec.Formation;
import dev.plinth.api.v1alpha1.GangSpec.Repair;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.gang.GangConditions.Outcome;
import dev.plinth.controller.gang.MemberPod.Outline;
import dev.plinth.controller.gang.backend.BackEnd;
import dev.plinth.controller.gang.backend.BackEnds;
import dev.plinth.controller.kubernetes.FieldManager;
import dev.plinth.controller.kubernetes.Owners;
import dev.plinth.controller.kubernetes.Refusal;
import dev.plinth.controller.kubernetes.Story;
import dev.plinth.controller.kubernetes.Writer;
import dev.plinth.controller.metrics.OperatorMetrics;
import dev.plinth.recovery.Action.Reform;
import dev.plinth.recovery.FaultHistory;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
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
    private static final Duration PREDECESSOR_ENDS = Duration.ofSeconds(1);
    private static final Duration REFUSED = Duration.ofSeconds(15);

    private final Writer writer;
    private final ClusterState cluster;
    private final PodWrites pods;
    private final Retirement retirement;
    private final RoomSeeker seeker;
    private final Formations formations;
    private final GangReporter reporter;
    private final BackEnds backEnds;
    private final OperatorMetrics metrics;

    GangActor(
            Writer writer,
            ClusterState cluster,
            PodWrites pods,
            Retirement retirement,
            RoomSeeker seeker,
            Formations formations,
            GangReporter reporter,
            BackEnds backEnds,
            OperatorMetrics metrics) {
        this.writer = writer;
        this.cluster = cluster;
        this.pods = pods;
        this.retirement = retirement;
        this.seeker = seeker;
        this.formations = formations;
        this.reporter = reporter;
        this.backEnds = backEnds;
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
        memory.takeUntold().ifPresent(repair -> tellOfPredecessor(view, repair));
        return switch (decision) {
            case GangDecision.End(var outcome) -> {
                retirement.end(view, now);
                yield Result.of(view, outcome);
            }
            case GangDecision.FormAgain(var reform) -> {
                var objection = reform.planned() ? objection(view, memory) : Optional.<String>empty();
                if (objection.isPresent()) {
                    yield refused(view, objection.get(), now);
                }
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

    /** Why pods of the changed template could not be made: then the members go on with what they run. */
    private Optional<String> objection(GangView view, GangMemory.Entry memory) {
        var template = view.spec().template();
        return switch (MemberPod.outline(template, view.spec().contract().framework())) {
            case Outline.Refused(var why) -> Optional.of(why);
            case Outline.Drawn(var _) when memory.isAccepted(template) -> Optional.empty();
            case Outline.Drawn(var outline) -> {
                var trial = view.members().getFirst().next();
                var refusal = writer.refusal(
                                pods.pod(view, outline, trial, trial.node()), backEnds.of(view.gang())::missing)
                        // The members of now, which leave before others come, hold what the quota gives.
                        .filter(why -> !why.contains("exceeded quota"));
                if (refusal.isEmpty()) {
                    memory.accepted(template);
                }
                yield refusal;
            }
        };
    }

    /** The formation is written before any pod is touched: whoever comes next finds it and goes on. */
    private void formAgain(Observed.Seen seen, Reform reform, GangMemory.Entry memory, Instant now) {
        var view = seen.facts().view();
        if (reform.planned()) {
            write(view, RepairStory.formation(reform, Optional.empty()));
            memory.learned(FaultHistory.NONE);
            writer.tell(view.gang(), RepairStory.changed(reform));
            return;
        }
        var repair = RepairStory.begun(view, reform, seen.facts().signals(), seen.verdicts(), now);
        write(view, RepairStory.formation(reform, Optional.of(repair)));
        memory.learned(memory.faults().plus(reform.faults()));
        memory.recovered(repair.begun());
        metrics.recoveryStarted(repair.reason());
        RepairStory.told(reform.generation(), repair, reform.avoid()).forEach(story -> tellAll(view, story));
    }

    private void write(GangView view, Formation formation) {
        writer.apply(FieldManager.GANG, FormationPatch.of(view.gang(), formation));
        formations.written(view.gang(), formation);
    }

    /** A leader before us wrote the formation, and may not have lived to tell of it. */
    private void tellOfPredecessor(GangView view, Repair repair) {
        metrics.recoveryStarted(repair.reason());
        RepairStory.toldAgain(view.formation().generation(), repair).forEach(story -> tellAll(view, story));
    }

    /** People look at what they have applied: a repair is told of the gang and of the workload that it belongs to. */
    private void tellAll(GangView view, Story story) {
        writer.tell(view.gang(), story);
        Owners.controller(view.gang()).ifPresent(workload -> writer.tell(workload, story));
    }

    private Result bringAbout(GangView view, GangMemory.Entry memory, Instant now) {
        retirement.ofReplaced(view, now);
        var result = fill(view, memory, now);
        retirement.ofThoseOnLostNodes(view, now);
        return result;
    }

    /** Members without a pod get one, all together. */
    private Result fill(GangView view, GangMemory.Entry memory, Instant now) {
        var absent = view.absent();
        if (absent.isEmpty()) {
            // A leader before us may have made them and not lived to tell.
            noteReplaced(view.podsOfFormation(), memory);
            return Result.of(view, new Outcome.Steady());
        }
        var backEnd = backEnds.of(view.gang());
        var objection = backEnd.objection();
        if (objection.isPresent()) {
            return refused(view, objection.get(), now);
        }
        return switch (MemberPod.outline(
                view.spec().template(), view.spec().contract().framework())) {
            case Outline.Refused(var why) -> refused(view, why, now);
            case Outline.Drawn(var outline)
            when !backEnd.followsOurPlan() ->
                create(view, offOtherAccelerators(view, outline), new TreeMap<>(), memory, now);
            case Outline.Drawn(var outline) ->
                switch (seeker.seek(view, outline)) {
                    case Room.Contended() -> new Result(view, new Outcome.Steady(), now.plus(CONTENDED));
                    case Room.Lacking(var explanation) -> Result.of(view, new Outcome.Waiting(explanation));
                    case Room.Promised(var places) -> create(view, outline, places, memory, now);
                };
        };
    }

    /** For a scheduler of somebody else, who knows nothing of plans. */
    private PodSpec offOtherAccelerators(GangView view, PodSpec outline) {
        return RoomSeeker.suitability(view, outline, cluster.accelerators())
                .affinity(cluster.nodes())
                .map(affinity ->
                        new PodSpecBuilder(outline).withAffinity(affinity).build())
                .orElse(outline);
    }

    /** @param places node by index of the members without a pod; empty if somebody else's scheduler chooses them */
    private Result create(
            GangView view, PodSpec outline, SortedMap<Integer, String> places, GangMemory.Entry memory, Instant now) {
        var backEnd = backEnds.of(view.gang());
        var wanted = view.absent().stream()
                .map(member -> pods.pod(view, outline, member, Optional.ofNullable(places.get(member.index()))))
                .toList();
        var refusal = (memory.isAccepted(view.spec().template())
                        ? Optional.<String>empty()
                        : writer.refusal(wanted.getFirst(), backEnd::missing))
                .or(() -> companions(view, backEnd));
        if (refusal.isPresent()) {
            seeker.takeBack(view);
            return refused(view, refusal.get(), now);
        }
        memory.accepted(view.spec().template());
        if (backEnd.followsOurPlan()) {
            var nodes = view.nodes();
            nodes.putAll(places);
            assign(view, nodes);
            if (reporter.newest(view.gang()).getMetadata().getDeletionTimestamp() != null) {
                seeker.takeBack(view);
                return Result.of(view, new Outcome.Steady()); // its members go because it goes
            }
        }
        try {
            noteReplaced(pods.create(view, wanted, memory, now), memory);
        } catch (PodWrites.NameNotYetFreeException soon) {
            return new Result(
                    view, new Outcome.Succeeding(String.valueOf(soon.getMessage())), now.plus(PREDECESSOR_ENDS));
        } catch (PodWrites.NameTakenException taken) {
            return refused(view, String.valueOf(taken.getMessage()), now);
        } catch (KubernetesClientException failed) {
            return refused(view, Refusal.words(failed).orElseThrow(() -> failed), now);
        }
        tellCreated(view, places, memory, now);
        return Result.of(view, new Outcome.Steady());
    }

    /** Without pods nobody would take back the room of a gang that has been deleted meanwhile. */
    private void assign(GangView view, SortedMap<Integer, String> nodes) {
        try {
            reporter.assigned(view, nodes);
        } catch (KubernetesClientException failed) {
            seeker.takeBack(view);
            throw failed;
        }
    }

    /** Makes what goes with the pods; or why the API server would not have it. */
    private Optional<String> companions(GangView view, BackEnd backEnd) {
        try {
            if (!cluster.hasService(view.key())) {
                pods.createService(view);
            }
            backEnd.companions().forEach(companion -> writer.apply(FieldManager.GANG, companion));
            return Optional.empty();
        } catch (PodWrites.NameTakenException | PodWrites.NameNotYetFreeException taken) {
            return Optional.of(String.valueOf(taken.getMessage()));
        } catch (KubernetesClientException failed) {
            return Optional.of(Refusal.words(failed).orElseThrow(() -> failed));
        }
    }

    private static void noteReplaced(List<Pod> successors, GangMemory.Entry memory) {
        memory.lastRecovery()
                .filter(story -> story.replacedAt() == null)
                .flatMap(story -> RepairStory.replaced(story, successors))
                .ifPresent(memory::recovered);
    }

    private void tellCreated(GangView view, SortedMap<Integer, String> places, GangMemory.Entry memory, Instant now) {
        var generation = view.formation().generation();
        if (generation == 1 && places.isEmpty()) {
            var scheduler = backEnds.of(view.gang()).name();
            writer.tell(view.gang(), Story.normal("HandedOn", "generation 1", "every member waits for " + scheduler));
            return;
        }
        if (generation == 1) {
            var domain = cluster.commonDomain(places.values())
                    .map(name -> " in " + name)
                    .orElse("");
            writer.tell(view.gang(), Story.normal("Placed", "generation 1", "every member has got its node" + domain));
            return;
        }
        var replaced = view.absent();
        var named = replaced.stream()
                .limit(4)
                .map(member -> "member " + member.index() + " goes on as "
                        + MemberPod.name(view.key().name(), member.index(), member.incarnation())
                        + Optional.ofNullable(places.get(member.index()))
                                .map(node -> " on " + node)
                                .orElse(""))
                .toList();
        var more = replaced.size() > named.size() ? " and " + (replaced.size() - named.size()) + " more" : "";
        tellAll(view, Story.normal("MemberReplaced", "generation " + generation, String.join(", ", named) + more));
    }

    private static Result refused(GangView view, String why, Instant now) {
        return new Result(view, new Outcome.Refused(why), now.plus(REFUSED));
    }
}
