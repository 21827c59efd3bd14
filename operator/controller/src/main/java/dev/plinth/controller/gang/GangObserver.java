package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.GangKey;
import dev.plinth.controller.cluster.PodFacts;
import dev.plinth.controller.gang.GangDecision.Facts;
import dev.plinth.controller.kubernetes.Expectations;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.report.MemberReports;
import dev.plinth.recovery.NodeVerdict;
import dev.plinth.recovery.Signal;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Gathers what is known of a gang from the caches. */
final class GangObserver {
    private static final Duration BEHIND = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(1);

    /** A member without a node is usually bound within milliseconds. */
    private static final Duration BINDING = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final ClusterState cluster;
    private final MemberReports reports;
    private final NodeWatch nodes;
    private final RoomSeeker seeker;
    private final Expectations expectations;
    private final Formations formations;
    private final FaultSigns signs;

    GangObserver(
            KubernetesClient client,
            ClusterState cluster,
            MemberReports reports,
            NodeWatch nodes,
            RoomSeeker seeker,
            Expectations expectations,
            Formations formations) {
        this.client = client;
        this.cluster = cluster;
        this.reports = reports;
        this.nodes = nodes;
        this.seeker = seeker;
        this.expectations = expectations;
        this.formations = formations;
        this.signs = new FaultSigns(reports);
    }

    Observed observe(Gang gang, GangMemory.Entry memory, Instant now) {
        var pods = cluster.podsOf(GangKey.of(gang));
        switch (expectations.compare(uid(gang), uids(pods, false), uids(pods, true), now)) {
            case CAUGHT_UP -> {}
            case BEHIND -> {
                return new Observed.TooOld(BEHIND);
            }
            case OVERDUE -> {
                pods = askTheServer(gang);
                expectations.forget(uid(gang));
            }
        }
        var view = GangView.of(gang, formations.inForce(gang), pods);
        view.members().stream()
                .flatMap(member -> member.pod().stream())
                .forEach(pod -> memory.created(pod.getMetadata().getName()));
        var verdicts = nodes.judge(view, now);
        var signals = signs.of(view, memory, member -> isCrowdedOut(member, now), now);
        verdicts.forEach((node, verdict) -> {
            if (verdict instanceof NodeVerdict.Lost lost) {
                signals.add(new Signal.NodeLost(node, lost.why()));
            }
        });
        var step = reports.newestStep(GangKey.of(gang), uid(gang));
        return new Observed.Seen(
                new Facts(view, List.copyOf(signals), memory.faults(), step), verdicts, lookAgain(view, verdicts, now));
    }

    /** The event was lost, or the pod came and went unseen. Rare, so the one list may cost something. */
    private List<Pod> askTheServer(Gang gang) {
        return client.pods()
                .inNamespace(gang.getMetadata().getNamespace())
                .withLabel(Labels.GANG, gang.getMetadata().getName())
                .list()
                .getItems();
    }

    /** Whether a member can not be bound because somebody else took the room that was promised to it. */
    private boolean isCrowdedOut(MemberView member, Instant now) {
        boolean waitsLong = member.unschedulable()
                .map(condition -> Instant.parse(condition.getLastTransitionTime()))
                .filter(since -> since.plus(BINDING).isBefore(now))
                .isPresent();
        boolean predecessorLeaves = member.former().stream().anyMatch(pod -> !PodFacts.ended(pod));
        return !member.bound()
                && waitsLong
                && !predecessorLeaves
                && member.node().filter(seeker::isOverfull).isPresent();
    }

    private Instant lookAgain(GangView view, SortedMap<String, NodeVerdict> verdicts, Instant now) {
        var soonest = now.plus(Duration.ofSeconds(30));
        for (var member : view.members()) {
            var next = nextLook(view, member, now);
            soonest = next.isBefore(soonest) ? next : soonest;
        }
        for (var verdict : verdicts.entrySet()) {
            boolean close = verdict.getValue() instanceof NodeVerdict.Suspect || !cluster.isOpen(verdict.getKey());
            soonest = close && now.plus(CLOSE).isBefore(soonest) ? now.plus(CLOSE) : soonest;
        }
        return soonest;
    }

    private Instant nextLook(GangView view, MemberView member, Instant now) {
        if (!member.absent() && !member.bound()) {
            return now.plus(BINDING);
        }
        if (!view.spec().contract().progressing() || !member.running()) {
            return Instant.MAX;
        }
        var silence = Duration.ofSeconds(view.spec().recovery().silenceSeconds());
        var heard = signs.silentSince(view, member).orElse(now);
        var suspect = heard.plus(silence).plusMillis(100);
        return suspect.isAfter(now) ? suspect : now.plus(CLOSE);
    }

    private static Set<String> uids(List<Pod> pods, boolean leaving) {
        Predicate<Pod> wanted = pod -> MemberView.leaving(pod) == leaving;
        return pods.stream()
                .filter(wanted)
                .map(pod -> pod.getMetadata().getUid())
                .collect(Collectors.toSet());
    }

    private static String uid(Gang gang) {
        return gang.getMetadata().getUid();
    }
}
