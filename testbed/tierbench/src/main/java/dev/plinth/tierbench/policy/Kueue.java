package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Job.Slice;
import dev.plinth.tierbench.input.Occupancy;
import dev.plinth.tierbench.policy.Tree.Domain;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The rule of Kueue's topology-aware scheduling (KEP-2724, as of August 2026), written anew from its description: count pods and
 * slices bottom up, with and without the leader; find the level at which one domain, the tightest, holds the request, else take the
 * largest; descend, the children of all chosen domains pooled above the slice level. A job that asks for no level is unconstrained:
 * LeastFreeCapacity at the host level, or, with slices, at the outermost. {@code KueueCasesTest} feeds it the cases that Kueue tests
 * itself with.
 */
public final class Kueue implements Policy {
    private final String name;
    private final boolean balanced;
    private final int forcedSlice;

    private Kueue(String name, boolean balanced, int forcedSlice) {
        this.name = name;
        this.balanced = balanced;
        this.forcedSlice = forcedSlice;
    }

    public static Kueue bestFit() {
        return new Kueue("Kueue BestFit", false, 1);
    }

    /** With the feature gate TASBalancedPlacement. */
    public static Kueue balanced() {
        return new Kueue("Kueue Balanced", true, 1);
    }

    /** The user asks for slices in one domain above the hosts, if the job has no slices of its own. */
    public static Kueue slices(int size) {
        return new Kueue("Kueue slice-" + size, false, size);
    }

    @Override
    public String policyName() {
        return name;
    }

    @Override
    public Optional<int[]> place(Occupancy occupancy, Job job) {
        var fleet = occupancy.fleet();
        var slicing = slicing(occupancy, job);
        boolean required = job.required().isPresent();
        boolean unconstrained = !required && job.preferred().isEmpty();
        int requested = job.required()
                .or(job::preferred)
                .map(fleet::level)
                .orElse(slicing.isNone(fleet.host()) ? fleet.host() : 0);
        if (requested > slicing.level()) {
            return Optional.empty();
        }
        var tree = Tree.whole(occupancy, job);
        int leaders = job.leader().isPresent() ? 1 : 0;
        var descent = new KueueDescent(tree, slicing, job.members(), leaders, requested, required, unconstrained);
        slicing.count(tree.root, leaders > 0);
        var chosen = balanced && !required && !unconstrained
                ? new KueueBalanced(descent).place().or(descent::bestFit)
                : descent.bestFit();
        return chosen.flatMap(domains -> hosts(domains, job));
    }

    private KueueSlicing slicing(Occupancy occupancy, Job job) {
        var fleet = occupancy.fleet();
        var slices = job.extras().slices();
        if (slices.isEmpty() && forcedSlice > 1 && job.members() % forcedSlice == 0) {
            int above = Math.max(0, fleet.host() - 1);
            slices = List.of(new Slice(forcedSlice, fleet.levels().get(above).name()));
        }
        return KueueSlicing.of(slices, fleet);
    }

    /** Hosts in the order of the tree, each as often as it has pods, the n-th for rank n; then the leader's. */
    private static Optional<int[]> hosts(List<Domain> chosen, Job job) {
        var sorted = chosen.stream()
                .sorted(Comparator.comparingInt((Domain domain) -> domain.firstHost))
                .toList();
        var hosts = new int[job.pods()];
        int member = 0;
        for (var domain : sorted) {
            for (int pod = 0; pod < domain.pods && member < job.members(); pod++) {
                hosts[member++] = domain.firstHost;
            }
        }
        var leader = sorted.stream().filter(domain -> domain.leaders > 0).findFirst();
        if (job.leader().isPresent() && leader.isPresent()) {
            hosts[job.members()] = leader.get().firstHost;
        }
        boolean led = job.leader().isEmpty() || leader.isPresent();
        return member == job.members() && led ? Optional.of(hosts) : Optional.empty();
    }
}
