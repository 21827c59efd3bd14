package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import dev.plinth.tierbench.policy.Tree.Domain;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The rule of Volcano's network-topology-aware plug-in, hard mode, written anew from its description: of the HyperNodes with
 * enough idle resources in sum those of the lowest tier are tried, and the one fullest after placement wins; inside it pods go one by
 * one to the host whose lowest common HyperNode with those placed has the lowest tier.
 */
public final class Volcano implements Policy {
    @Override
    public String policyName() {
        return "Volcano HyperNode";
    }

    @Override
    public Optional<int[]> place(Occupancy occupancy, Job job) {
        var fleet = occupancy.fleet();
        var tree = new Tree(occupancy, job);
        var room = occupancy.room(job);
        int top = job.required().map(fleet::level).orElse(-1);
        for (int level = Math.max(0, fleet.host() - 1); level >= top; level--) {
            var hyperNodes = level < 0 ? List.of(tree.root) : tree.byLevel.get(level);
            var idle = new long[hyperNodes.size()];
            var all = new long[hyperNodes.size()];
            for (int host = 0; host < fleet.size(); host++) {
                int domain = level < 0 ? 0 : fleet.domainOf()[level][host];
                idle[domain] += Math.max(0, occupancy.free(host));
                all[domain] += fleet.accelerators()[host];
            }
            // Summed resources make a candidate; the dry run then finds out whether every pod fits.
            var best = hyperNodes.stream()
                    .filter(domain -> idle[domain.index] >= job.gpus() && domain.pods >= job.members())
                    .max(Comparator.comparingDouble((Domain domain) ->
                                    (all[domain.index] - idle[domain.index] + job.gpus()) / (double) all[domain.index])
                            .thenComparing(
                                    Comparator.comparingInt(Domain::index).reversed()));
            if (best.isPresent()) {
                return LeaderLast.add(occupancy, job, inside(best.get(), occupancy, job, room));
            }
        }
        return Optional.empty();
    }

    private static int[] inside(Domain hyperNode, Occupancy occupancy, Job job, int[] room) {
        var fleet = occupancy.fleet();
        var pods = new Pods(hyperNode, room);
        var hosts = new int[job.members()];
        int common = fleet.host();
        for (int member = 0; member < hosts.length; member++) {
            int first = hosts[0];
            int level = common;
            boolean any = member > 0;
            hosts[member] = pods.next(host -> any ? Math.min(level, fleet.meet(first, host)) : 0)
                    .orElseThrow();
            common = any ? Math.min(common, fleet.meet(first, hosts[member])) : common;
        }
        return hosts;
    }
}
