package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import dev.plinth.tierbench.policy.Tree.Domain;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The rule of kube-scheduler's topology-aware gang scheduling (KEP-4671, KEP-5732, Kubernetes 1.37), written anew from its
 * description: one key, required; of the values with room for the gang the one whose nodes are fullest afterwards, with as many
 * placements scored as the scheduler scores nodes; inside it pod by pod. A user who has no required level takes the innermost key with
 * room, as somebody who tries keys by hand would end up with.
 */
public final class KubeScheduler implements Policy {
    @Override
    public String policyName() {
        return "kube-scheduler TAS";
    }

    @Override
    public Optional<int[]> place(Occupancy occupancy, Job job) {
        var fleet = occupancy.fleet();
        var tree = new Tree(occupancy, job);
        var room = occupancy.room(job);
        if (job.required().isPresent()) {
            return place(tree.byLevel.get(fleet.level(job.required().get())), occupancy, job, room);
        }
        for (int level = Math.max(0, fleet.host() - 1); level >= 0; level--) {
            var placed = place(tree.byLevel.get(level), occupancy, job, room);
            if (placed.isPresent()) {
                return placed;
            }
        }
        return place(List.of(tree.root), occupancy, job, room);
    }

    private static Optional<int[]> place(List<Domain> values, Occupancy occupancy, Job job, int[] room) {
        return values.stream()
                .filter(domain -> domain.pods >= job.members())
                .limit(scored(values.size(), occupancy.fleet().size()))
                .min(Comparator.comparingInt(Domain::pods).thenComparingInt(Domain::index))
                .flatMap(domain -> {
                    var pods = new Pods(domain, room);
                    var hosts = new int[job.members()];
                    for (int member = 0; member < hosts.length; member++) {
                        // NodeResourcesFit prefers the emptier node; whole nodes tie.
                        hosts[member] = pods.next(host -> occupancy.free(host)).orElseThrow();
                    }
                    return LeaderLast.add(occupancy, job, hosts);
                });
    }

    /** Like numFeasibleNodesToFind: all of up to 100, else 50 % less 1 % for each 125 nodes, at least 5 %. */
    private static int scored(int values, int nodes) {
        if (values <= 100) {
            return values;
        }
        int percent = Math.max(5, 50 - nodes / 125);
        return Math.max(100, values * percent / 100);
    }
}
