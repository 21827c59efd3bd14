package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.policy.Kueue.Request;
import dev.plinth.tierbench.policy.Tree.Domain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Kueue's balanced placement, written anew from its description: below each domain one level above the requested one, find the
 * largest least share T that a greedy choice allows; leave out domains that cannot hold T; choose the fewest, and of those the set
 * with the least room, by dynamic programming; spread T over each and the rest over the first.
 */
record KueueBalanced(Request request) {
    private record Greedy(int domains, int last) {}

    Optional<List<Domain>> place() {
        var tree = request.tree();
        var families = request.requested() == 0
                ? List.of(tree.byLevel.getFirst())
                : tree.byLevel.get(request.requested() - 1).stream()
                        .map(parent -> parent.children)
                        .toList();
        int bestThreshold = 0;
        int bestCount = 0;
        List<Domain> best = List.of();
        for (var family : families) {
            var inner = lower(family);
            var greedy = greedy(inner);
            if (greedy.isEmpty()) {
                continue;
            }
            int threshold = Math.min(
                    request.slices() / greedy.get().domains(), greedy.get().last());
            if (threshold < bestThreshold) {
                continue;
            }
            var pruned =
                    family.stream().map(domain -> pruned(domain, threshold)).toList();
            var after = greedy(pruned);
            if (after.isPresent() && (threshold > bestThreshold || after.get().domains() < bestCount)) {
                bestThreshold = threshold;
                bestCount = after.get().domains();
                best = pruned;
            }
        }
        return bestThreshold == 0 ? Optional.empty() : spread(best, bestThreshold);
    }

    private Optional<List<Domain>> spread(List<Domain> domains, int threshold) {
        boolean twoLevels = request.requested() < request.sliceLevel();
        var chosen = twoLevels ? smallestSet(domains, byRoomAndEvenness()) : Optional.of(domains);
        var shares = chosen.map(outer -> twoLevels ? request.children(outer) : outer)
                .flatMap(inner -> smallestSet(inner, Comparator.comparingInt(Domain::index)));
        if (shares.isEmpty() || request.slices() < shares.get().size() * threshold) {
            return Optional.empty();
        }
        int extra = request.slices() - shares.get().size() * threshold;
        for (var domain : request.sorted(shares.get())) {
            int more = Math.min(domain.slices - threshold, extra);
            domain.slices = threshold + more;
            domain.pods = domain.slices * request.sliceSize();
            extra -= more;
        }
        int level = twoLevels ? request.requested() + 1 : request.requested();
        return extra > 0 ? Optional.empty() : Optional.of(request.belowSlices(request.sorted(shares.get()), level));
    }

    private List<Domain> lower(List<Domain> domains) {
        return request.requested() < request.sliceLevel() ? request.children(domains) : domains;
    }

    private Optional<Greedy> greedy(List<Domain> domains) {
        int rest = request.slices();
        int count = 0;
        int last = 0;
        for (var domain : request.sorted(domains)) {
            if (rest <= 0 || domain.slices == 0) {
                break;
            }
            count++;
            last = domain.slices;
            rest -= domain.slices;
        }
        return rest > 0 || count == 0 ? Optional.empty() : Optional.of(new Greedy(count, last));
    }

    /** A copy without the children that hold fewer slices than the threshold, and empty if the rest is still fewer. */
    private Domain pruned(Domain domain, int threshold) {
        var copy = copy(domain);
        if (request.requested() < request.sliceLevel()) {
            copy.children.stream().filter(child -> child.slices < threshold).forEach(child -> {
                child.slices = 0;
                child.pods = 0;
            });
            copy.slices = copy.children.stream().mapToInt(Domain::slices).sum();
            copy.pods = copy.children.stream().mapToInt(Domain::pods).sum();
        }
        if (copy.slices < threshold) {
            copy.slices = 0;
            copy.pods = 0;
        }
        return copy;
    }

    private static Domain copy(Domain domain) {
        var copy = new Domain(domain.level, domain.index, domain.firstHost);
        copy.pods = domain.pods;
        copy.slices = domain.slices;
        domain.children.forEach(child -> copy.children.add(copy(child)));
        return copy;
    }

    private Comparator<Domain> byRoomAndEvenness() {
        return Comparator.comparingInt(Domain::slices)
                .reversed()
                .thenComparing(
                        Comparator.comparingDouble(KueueBalanced::entropy).reversed())
                .thenComparingInt(Domain::index);
    }

    private static double entropy(Domain domain) {
        double total = domain.children.stream().mapToInt(Domain::pods).sum();
        double entropy = 0;
        for (var child : domain.children) {
            if (child.pods > 0) {
                entropy -= child.pods / total * Math.log(child.pods / total) / Math.log(2);
            }
        }
        return entropy;
    }

    /** As few domains as the greedy choice needs, with the least room in all; of equal sets the first one found. */
    private Optional<List<Domain>> smallestSet(List<Domain> domains, Comparator<Domain> order) {
        var greedy = greedy(domains);
        if (greedy.isEmpty()) {
            return Optional.empty();
        }
        int most = greedy.get().domains();
        // By number of domains: the first set found for each number of pods still to place.
        var sets = new ArrayList<TreeMap<Integer, List<Domain>>>();
        for (int i = 0; i <= most; i++) {
            sets.add(new TreeMap<>());
        }
        sets.getFirst().put(request.count(), List.of());
        for (var domain : domains.stream().sorted(order).toList()) {
            for (int i = most; i > 0 && domain.slices > 0; i--) {
                for (var before : sets.get(i - 1).entrySet()) {
                    if (before.getKey() > 0 && !sets.get(i).containsKey(before.getKey() - domain.pods)) {
                        var set = new ArrayList<>(before.getValue());
                        set.add(domain);
                        sets.get(i).put(before.getKey() - domain.pods, set);
                    }
                }
            }
        }
        return Optional.ofNullable(sets.get(most).floorEntry(0)).map(java.util.Map.Entry::getValue);
    }
}
