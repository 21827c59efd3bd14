package dev.plinth.controller.gang;

import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.NodeFacts;
import dev.plinth.controller.report.MemberReport;
import dev.plinth.controller.report.MemberReports;
import dev.plinth.recovery.NodeLossDetector;
import dev.plinth.recovery.NodeObservation;
import dev.plinth.recovery.NodeObservation.Readiness;
import dev.plinth.recovery.NodeObservation.ReportingMember;
import dev.plinth.recovery.NodeVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Judges the nodes that a gang's members are on. */
final class NodeWatch {
    private final ClusterState cluster;
    private final MemberReports reports;

    NodeWatch(ClusterState cluster, MemberReports reports) {
        this.cluster = cluster;
        this.reports = reports;
    }

    /** The verdict on each node of the gang. A node found lost by any gang is lost for all. */
    SortedMap<String, NodeVerdict> judge(GangView view, Instant now) {
        var membersByNode = new TreeMap<String, SortedMap<String, ReportingMember>>();
        view.members().stream()
                .filter(member -> !member.succeeded() && !member.failed())
                .forEach(member -> member.node()
                        .ifPresent(node -> membersByNode
                                .computeIfAbsent(node, none -> new TreeMap<>())
                                .put(Integer.toString(member.index()), reporting(view, member))));
        var detector =
                NodeLossDetector.of(Duration.ofSeconds(view.spec().recovery().silenceSeconds()));
        var verdicts = new TreeMap<String, NodeVerdict>();
        membersByNode.forEach((node, members) -> verdicts.put(node, judge(node, members, detector, now)));
        return verdicts;
    }

    /** Whether nobody on the node will ever confirm the end of a pod. */
    boolean isLost(String node) {
        return cluster.node(node).isEmpty() || cluster.lost(node).isPresent();
    }

    private NodeVerdict judge(
            String node, SortedMap<String, ReportingMember> members, NodeLossDetector detector, Instant now) {
        var known = cluster.lost(node);
        if (known.isPresent()) {
            return known.get();
        }
        var observation = observation(node, members, now);
        var verdict = detector.judge(observation, now);
        if (verdict instanceof NodeVerdict.Lost lost && cluster.node(node).isPresent()) {
            var dated = lastSeenAlive(observation)
                    .filter(since -> since.isBefore(lost.since()))
                    .map(since -> new NodeVerdict.Lost(since, lost.why()))
                    .orElse(lost);
            cluster.markLost(node, dated);
            return dated;
        }
        return verdict;
    }

    /** The moment to tell of a node that was gone before this operator led: it has not heard any of its witnesses itself. */
    private Optional<Instant> lastSeenAlive(NodeObservation seen) {
        boolean membersWereHeard = seen.members().values().stream()
                .anyMatch(member -> member.lastReport().isPresent());
        return membersWereHeard ? Optional.empty() : cluster.leases().lastBeforeUs(seen.node());
    }

    private NodeObservation observation(String name, SortedMap<String, ReportingMember> members, Instant now) {
        var node = cluster.node(name);
        var hearing = cluster.leases().hearingSince(now);
        return new NodeObservation(
                name,
                node.isPresent(),
                members,
                cluster.leases().lastSign(name, now),
                cluster.leases().duration(name),
                node.map(NodeFacts::ready).map(NodeWatch::readiness).orElse(Readiness.UNKNOWN),
                node.map(NodeFacts::readySince)
                        .map(since -> later(since, hearing))
                        .orElse(now));
    }

    private ReportingMember reporting(GangView view, MemberView member) {
        if (!view.spec().contract().progressing() || !member.running()) {
            return new ReportingMember(Optional.empty(), Optional.empty());
        }
        var since = reports.listeningSince();
        var last = reports.last(view.key(), view.uid(), member.index(), member.incarnation());
        if (last.filter(report -> report.state() == MemberReport.State.Done).isPresent()) {
            // It has said its last word; that it is silent now says nothing.
            return new ReportingMember(Optional.empty(), Optional.empty());
        }
        return new ReportingMember(
                last.map(MemberReport::at).map(at -> later(at, since)),
                Optional.of(member.runningSince()
                        .map(started -> later(started, since))
                        .orElse(since)));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Readiness readiness(String status) {
        return switch (status) {
            case "True" -> Readiness.TRUE;
            case "False" -> Readiness.FALSE;
            default -> Readiness.UNKNOWN;
        };
    }
}
