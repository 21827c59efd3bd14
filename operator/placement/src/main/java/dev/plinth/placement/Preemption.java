package dev.plinth.placement;

import dev.plinth.placement.Placement.Placed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whose end would make room for a gang at the least cost. A decision only: it ends nobody.
 *
 * @param victims by name
 * @param lostSeconds accelerator seconds of work that they would do again: the age of the last checkpoint times the accelerators held
 * @param placement where the gang would go then
 */
public record Preemption(List<String> victims, double lostSeconds, Placed placement) {
    private static final int ALL_SETS = 10;

    public Preemption {
        victims = List.copyOf(victims);
    }

    /**
     * A gang that may be ended.
     *
     * @param owner as in {@link Holder#owner}
     * @param lostSeconds accelerator seconds that it would do again
     */
    public record Candidate(String owner, double lostSeconds) {}

    /**
     * The cheapest set of candidates: of all sets as long as there are ten or fewer, else the cheapest ones until the gang fits, less
     * those that turn out not to be needed.
     *
     * @return empty if not even the end of all of them would do
     */
    public static Optional<Preemption> cheapest(GangRequest request, Cluster cluster, List<Candidate> candidates) {
        var byCost = candidates.stream()
                .sorted(Comparator.comparingDouble(Candidate::lostSeconds).thenComparing(Candidate::owner))
                .toList();
        if (fits(request, cluster, byCost).isEmpty()) {
            return Optional.empty();
        }
        if (byCost.size() <= ALL_SETS) {
            return sets(byCost).stream()
                    .sorted(Comparator.comparingDouble(Preemption::cost).thenComparing(List::size))
                    .map(set -> fits(request, cluster, set))
                    .flatMap(Optional::stream)
                    .findFirst();
        }
        var chosen = new ArrayList<Candidate>();
        var fit = fits(request, cluster, chosen);
        for (int i = 0; i < byCost.size() && fit.isEmpty(); i++) {
            chosen.add(byCost.get(i));
            fit = fits(request, cluster, chosen);
        }
        for (var spared :
                fit.isEmpty() ? List.<Candidate>of() : List.copyOf(chosen).reversed()) {
            chosen.remove(spared);
            var without = fits(request, cluster, chosen);
            if (without.isPresent()) {
                fit = without;
            } else {
                chosen.add(spared);
            }
        }
        return fit;
    }

    private static double cost(List<Candidate> set) {
        return set.stream().mapToDouble(Candidate::lostSeconds).sum();
    }

    private static List<List<Candidate>> sets(List<Candidate> candidates) {
        var sets = new ArrayList<List<Candidate>>();
        for (int bits = 0; bits < 1 << candidates.size(); bits++) {
            var set = new ArrayList<Candidate>();
            for (int i = 0; i < candidates.size(); i++) {
                if ((bits >> i & 1) == 1) {
                    set.add(candidates.get(i));
                }
            }
            sets.add(set);
        }
        return sets;
    }

    private static Optional<Preemption> fits(GangRequest request, Cluster cluster, List<Candidate> victims) {
        var names = new TreeSet<String>();
        victims.forEach(victim -> names.add(victim.owner()));
        return Placer.find(request, without(cluster, names))
                .map(placed -> new Preemption(List.copyOf(names), cost(victims), placed));
    }

    /** The cluster as it would be without these holders: what a decision would find then. */
    static Cluster without(Cluster cluster, TreeSet<String> owners) {
        var changed = new TreeMap<Integer, Node>();
        for (int i = 0; i < cluster.size(); i++) {
            var node = cluster.at(i);
            if (Collections.disjoint(owners, node.holders().keySet())) {
                continue;
            }
            var holders = new TreeMap<>(node.holders());
            var free = node.free();
            for (var owner : owners) {
                var held = holders.remove(owner);
                free = held == null ? free : free.plus(held);
            }
            changed.put(i, new Node(node.name(), node.domains(), free, node.closed(), holders, node.accelerators()));
        }
        return cluster.with(changed);
    }
}
