package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import dev.plinth.tierbench.policy.Tree.Domain;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The rule of KAI's topology plug-in, written anew from its description: from the preferred level up to the required one, the
 * tightest domain with room; inside it the freest sub-domain of the preferred level first, by a score of about ten steps.
 */
public final class Kai implements Policy {
    @Override
    public String policyName() {
        return "KAI";
    }

    @Override
    public Optional<int[]> place(Occupancy occupancy, Job job) {
        var fleet = occupancy.fleet();
        var tree = new Tree(occupancy, job);
        var room = occupancy.room(job);
        int required = job.required().map(fleet::level).orElse(-1);
        // The level above the hosts: what KAI's documents recommend to prefer.
        int preferred = Math.max(required, Math.max(0, fleet.host() - 1));
        for (int level = preferred; level >= required; level--) {
            var candidates = level < 0 ? List.of(tree.root) : tree.byLevel.get(level);
            var tightest = candidates.stream()
                    .filter(domain -> domain.pods >= job.members())
                    .min(Comparator.comparingInt(Domain::pods).thenComparingInt(Domain::index));
            if (tightest.isPresent()) {
                return LeaderLast.add(occupancy, job, inside(tightest.get(), tree, occupancy, job, room, preferred));
            }
        }
        return Optional.empty();
    }

    private static int[] inside(Domain domain, Tree tree, Occupancy occupancy, Job job, int[] room, int preferred) {
        var inner = tree.byLevel.get(preferred).stream()
                .filter(sub ->
                        domain.level < 0 || occupancy.fleet().domainOf()[domain.level][sub.firstHost] == domain.index)
                .sorted(Comparator.comparingInt(Domain::pods)
                        .thenComparing(Comparator.comparingInt(Domain::index).reversed()))
                .toList();
        var score = new int[tree.byLevel.get(preferred).size()];
        for (int i = 0; i < inner.size(); i++) {
            score[inner.get(i).index] = (int) Math.floor((i + 1) / (double) inner.size() * 10);
        }
        var pods = new Pods(domain, room);
        var hosts = new int[job.members()];
        for (int member = 0; member < hosts.length; member++) {
            hosts[member] = pods.next(host -> score[occupancy.fleet().domainOf()[preferred][host]])
                    .orElseThrow();
        }
        return hosts;
    }
}
