package dev.plinth.tierbench.run;

import dev.plinth.placement.Prediction;
import dev.plinth.tierbench.input.Clusters;
import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import dev.plinth.tierbench.input.Shapes;
import dev.plinth.tierbench.policy.GroupOrder;
import dev.plinth.tierbench.policy.Plinth;
import dev.plinth.tierbench.policy.Policies;
import dev.plinth.tierbench.policy.Policy;
import dev.plinth.tierbench.score.FlowScorer;
import dev.plinth.tierbench.score.Times;
import dev.plinth.tierbench.score.UplinkScorer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** One job on many fragmented states: what each policy makes of it, compared state by state. */
record SnapshotBench(Report report) {
    private static final int STATES = 40;
    private static final double GAP_SHARE = 0.5;
    private static final double UPLINK_SHARE = 0.55;
    private static final double BOUND_GAP = 0.05;

    /** A job on states of one cluster; the random state number {@code seed} of a fleet is always the same. */
    record Case(String name, Fleet fleet, Job job) {}

    static List<Case> cases() throws IOException {
        var medium = Clusters.clos(5000);
        var large = Clusters.clos(12500);
        return List.of(
                new Case("M 128 nodes 70B", medium, Shapes.reference("ref", 1024, 8)),
                new Case("M 128 nodes 405B", medium, Shapes.large("big", 1024, 8)),
                new Case("M 512 nodes 405B", medium, Shapes.of("wide", 4096, 8)),
                new Case("M 256 nodes experts", medium, Shapes.experts("moe", 2048, 8)),
                new Case("S 32 nodes 70B", Clusters.clos(1000), Shapes.of("small", 256, 8)),
                new Case("L 1024 nodes 405B", large, Shapes.of("huge", 8192, 8)),
                new Case("Lingjun 64 nodes 70B", Clusters.lingjun(), Shapes.of("clos", 512, 8)),
                new Case("NVL72 128 nodes 70B", Clusters.nvl72(694), Shapes.of("nvl", 512, 4)));
    }

    void run() throws IOException {
        for (var each : cases()) {
            run(each);
        }
    }

    private void run(Case each) {
        var times = new TreeMap<String, List<Optional<Times>>>();
        var flows = new TreeMap<String, List<Optional<Times>>>();
        var policies = new ArrayList<>(Policies.others());
        Policies.kueue().forEach(policy -> policies.add(new GroupOrder(policy)));
        var plinth = new Plinth();
        policies.add(plinth);
        double gap = 0;
        var bounds = new ArrayList<Double>();
        for (int seed = 1; seed <= STATES; seed++) {
            var state = Snapshots.halfFull(each.fleet(), seed);
            for (var policy : policies) {
                var hosts = place(policy, state, each);
                times.computeIfAbsent(policy.policyName(), name -> new ArrayList<>())
                        .add(hosts.map(found -> new UplinkScorer(each.fleet()).times(each.job(), found)));
                if (seed <= STATES / 4) {
                    flows.computeIfAbsent(policy.policyName(), name -> new ArrayList<>())
                            .add(hosts.map(found -> new FlowScorer(each.fleet()).times(each.job(), found)));
                }
            }
            gap = Math.max(
                    gap, plinth.last().map(placed -> placed.prediction().gap()).orElse(0.0));
            plinth.last()
                    .map(placed -> boundGap(each.job(), placed.prediction()))
                    .ifPresent(bounds::add);
        }
        policies.forEach(policy -> describe(each, policy.policyName(), times));
        compare(each, "first scorer", times, Optional.of(Statistics.mean(bounds)));
        compare(each, "second scorer", flows, Optional.empty());
        report.lower(
                each.name() + ": largest gap to the proven bound",
                gap,
                "share",
                Optional.of(BOUND_GAP),
                Optional.empty());
    }

    /** The slowdown gap that no placement in this state can undercut. */
    private static double boundGap(Job job, Prediction prediction) {
        var bound = new Times(prediction.boundSeconds(), prediction.flatSeconds(), 0, 0);
        return bound.slowdown(job.computeSeconds()) - 1;
    }

    private static Optional<int[]> place(Policy policy, Occupancy state, Case each) {
        if (policy instanceof Plinth plinth) {
            plinth.open(state);
        }
        return policy.place(state, wished(policy, each));
    }

    /** The other policies know levels, not groups: their users prefer the level above the leaves, as balanced placement needs. */
    private static Job wished(Policy policy, Case each) {
        int level = Math.max(0, each.fleet().host() - 2);
        return policy instanceof Plinth
                ? each.job()
                : each.job().preferring(each.fleet().levels().get(level).name());
    }

    private void describe(Case each, String policy, TreeMap<String, List<Optional<Times>>> times) {
        var placed = times.getOrDefault(policy, List.of()).stream()
                .flatMap(Optional::stream)
                .toList();
        if (placed.size() < STATES) {
            report.higher(each.name() + ", " + policy + ": placed", placed.size() / (double) STATES, "share");
        }
        double compute = each.job().computeSeconds();
        report.lower(
                each.name() + ", " + policy + ": slowdown",
                Statistics.mean(
                        placed.stream().map(time -> time.slowdown(compute)).toList()),
                "ratio");
        report.lower(
                each.name() + ", " + policy + ": busiest uplink",
                1e3 * Statistics.mean(placed.stream().map(Times::busiestUplink).toList()),
                "ms");
        report.lower(
                each.name() + ", " + policy + ": crossing",
                Statistics.mean(placed.stream().map(Times::crossingBytes).toList()) / 1e9,
                "GB");
    }

    /** Ours against the best of the modes of Kueue, taken anew in each state. */
    private void compare(
            Case each, String scorer, TreeMap<String, List<Optional<Times>>> times, Optional<Double> boundGap) {
        double compute = each.job().computeSeconds();
        var ours = times.getOrDefault("Plinth", List.of());
        double gap = 0;
        double bestGap = 0;
        double uplink = 0;
        double bestUplink = 0;
        double asFast = 0;
        double uplinkAsFast = 0;
        for (int state = 0; state < ours.size(); state++) {
            int at = state;
            var theirs = times.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith("Kueue"))
                    .flatMap(entry -> entry.getValue().get(at).stream())
                    .toList();
            if (ours.get(state).isEmpty() || theirs.isEmpty()) {
                continue;
            }
            var mine = ours.get(state).get();
            gap += mine.slowdown(compute) - 1;
            bestGap += theirs.stream()
                    .mapToDouble(time -> time.slowdown(compute) - 1)
                    .min()
                    .orElse(0);
            uplink += mine.busiestUplink();
            bestUplink +=
                    theirs.stream().mapToDouble(Times::busiestUplink).min().orElse(0);
            var fast = theirs.stream()
                    .filter(time -> time.own() <= mine.own() * (1 + 1e-6))
                    .mapToDouble(Times::busiestUplink)
                    .min();
            if (fast.isPresent()) {
                asFast += fast.getAsDouble();
                uplinkAsFast += mine.busiestUplink();
            }
        }
        var name = each.name() + " by the " + scorer;
        if (bestGap > 1e-9 * ours.size() || gap > 1e-9 * ours.size()) {
            report.lower(
                    name + ": slowdown gap / best Kueue mode",
                    gap < 1e-9 * ours.size() ? 0 : gap / bestGap,
                    "ratio",
                    GAP_SHARE,
                    "best Kueue mode: %.4g, ours %.4g%s"
                            .formatted(
                                    bestGap / ours.size(),
                                    gap / ours.size(),
                                    boundGap.map(", proven least %.4g"::formatted)
                                            .orElse("")));
        }
        if (bestUplink > 0) {
            report.lower(
                    name + ": busiest uplink / best Kueue mode",
                    uplink / bestUplink,
                    "ratio",
                    UPLINK_SHARE,
                    "best Kueue mode: %.4g ms".formatted(1e3 * bestUplink / ours.size()));
        }
        if (asFast > 0) {
            report.lower(
                    name + ": busiest uplink / best Kueue mode that slows the job no more",
                    uplinkAsFast / asFast,
                    "ratio");
        }
    }
}
