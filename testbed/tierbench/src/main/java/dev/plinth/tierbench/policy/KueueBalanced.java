package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.policy.Tree.Domain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Kueue's balanced placement, written anew from its description: below each domain one level above the requested one, find the
 * largest least share T that a greedy choice allows; leave out domains that cannot hold T; choose the fewest, and of those the set
 * with the least room, by dynamic programming; spread T over each and the rest over the first. A leader's domain is chosen first.
 */
record KueueBalanced(KueueDescent descent) {
    /**
     * @param withLeader slices of the domain that takes the leader; of no account without one
     * @param last slices of the last domain; of no account if the leader's domain is enough
     * @param lastLed the same if the leader were there too
     */
    private record Greedy(int domains, int withLeader, int last, int lastLed) {
        int threshold(int slices) {
            return Math.min(slices / domains, Math.min(withLeader, last));
        }
    }

    private record Candidate(int threshold, int domains, List<Domain> family) {}

    Optional<List<Domain>> place() {
        var tree = descent.tree();
        var families = descent.requested() == 0
                ? List.of(tree.byLevel.getFirst())
                : tree.byLevel.get(descent.requested() - 1).stream()
                        .map(parent -> parent.children)
                        .toList();
        Optional<Candidate> best = Optional.empty();
        for (var family : families) {
            int least = best.map(Candidate::threshold).orElse(0);
            var candidate = candidate(family, least);
            if (candidate.isPresent()
                    && (candidate.get().threshold() > least
                            || best.isPresent()
                                    && candidate.get().domains() < best.get().domains())) {
                best = candidate;
            }
        }
        return best.flatMap(this::spread);
    }

    private Optional<Candidate> candidate(List<Domain> family, int least) {
        var greedy = greedy(lower(family));
        if (greedy.isEmpty()) {
            return Optional.empty();
        }
        int threshold = greedy.get().threshold(descent.slices());
        int reserved = descent.leaders() > 0 ? Math.min(threshold, greedy.get().lastLed()) : threshold;
        if (threshold < least) {
            return Optional.empty();
        }
        var found = pruned(family, threshold);
        return found.isPresent() || reserved <= 0 || reserved < least || reserved == threshold
                ? found
                : pruned(family, reserved);
    }

    private Optional<Candidate> pruned(List<Domain> family, int threshold) {
        var copies = family.stream().map(Domain::copy).toList();
        var plain = new KueueSlicing(
                descent.slicing().size(),
                descent.slicing().level(),
                new int[descent.tree().byLevel.size()]);
        for (var copy : copies) {
            copy.children.forEach(child -> prune(child, threshold));
            plain.count(copy, descent.leaders() > 0);
            prune(copy, threshold);
        }
        return greedy(copies).map(after -> new Candidate(threshold, after.domains(), copies));
    }

    private void prune(Domain domain, int threshold) {
        if (domain.slices < threshold) {
            domain.clear();
        } else if (descent.leaders() > 0 && domain.leaders > 0 && domain.slicesLed < threshold) {
            domain.clearLed();
        }
    }

    private Optional<List<Domain>> spread(Candidate candidate) {
        boolean twoLevels = descent.requested() < descent.slicing().level();
        var outer = twoLevels
                ? smallestSet(candidate.family(), byRoomAndEvenness()).map(descent::children)
                : Optional.of(candidate.family());
        int level = twoLevels ? descent.requested() + 1 : descent.requested();
        return outer.flatMap(inner -> smallestSet(inner, Comparator.comparingInt(Domain::index)))
                .flatMap(chosen -> shared(chosen, candidate.threshold()))
                .flatMap(descent::take)
                .flatMap(chosen -> descent.inside(chosen, level));
    }

    private Optional<List<Domain>> shared(List<Domain> chosen, int threshold) {
        int extra = descent.slices() - chosen.size() * threshold;
        if (extra < 0) {
            return Optional.empty();
        }
        int missing = descent.leaders();
        var ordered = descent.sortedLed(chosen);
        for (var domain : ordered) {
            int room = missing > 0 ? domain.slicesLed : domain.slices;
            int more = Math.min(room - threshold, extra);
            domain.leaders = Math.min(1, missing);
            missing -= domain.leaders;
            domain.slices = threshold + more;
            domain.slicesLed = domain.slices;
            domain.pods = domain.slices * descent.slicing().size();
            domain.podsLed = domain.pods - domain.leaders;
            extra -= more;
        }
        return extra > 0 || missing > 0 ? Optional.empty() : Optional.of(ordered);
    }

    private List<Domain> lower(List<Domain> domains) {
        return descent.requested() < descent.slicing().level() ? descent.children(domains) : domains;
    }

    private Optional<Greedy> greedy(List<Domain> domains) {
        int rest = descent.slices();
        int missing = descent.leaders();
        int count = 0;
        int withLeader = Integer.MAX_VALUE;
        var others = domains;
        if (missing > 0) {
            others = descent.sortedLed(domains);
            while (missing > 0 && !others.isEmpty() && others.getFirst().leaders > 0) {
                withLeader = others.getFirst().slicesLed;
                missing -= others.getFirst().leaders;
                rest -= withLeader;
                count++;
                others = others.subList(1, others.size());
            }
            if (missing > 0) {
                return Optional.empty();
            }
        }
        int last = Integer.MAX_VALUE;
        int lastLed = Integer.MAX_VALUE;
        for (var domain : descent.sorted(others)) {
            if (rest <= 0 || domain.slices == 0) {
                break;
            }
            count++;
            last = domain.slices;
            lastLed = domain.slicesLed;
            rest -= domain.slices;
        }
        return rest > 0 || count == 0 ? Optional.empty() : Optional.of(new Greedy(count, withLeader, last, lastLed));
    }

    private static Comparator<Domain> byRoomAndEvenness() {
        return Comparator.comparingInt((Domain domain) -> -domain.leaders)
                .thenComparingInt(domain -> -domain.slicesLed)
                .thenComparingDouble(domain -> -entropy(domain))
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

    /** What is still to be placed. */
    private record Rest(int leaders, int pods) implements Comparable<Rest> {
        @Override
        public int compareTo(Rest other) {
            int order = Integer.compare(leaders, other.leaders);
            return order != 0 ? order : Integer.compare(pods, other.pods);
        }
    }

    /** As few domains as the greedy choice needs, with the least room in all; of equal sets the first one found. */
    private Optional<List<Domain>> smallestSet(List<Domain> domains, Comparator<Domain> order) {
        var greedy = greedy(domains);
        if (greedy.isEmpty()) {
            return Optional.empty();
        }
        int most = greedy.get().domains();
        // By number of domains: the first set found for each rest.
        var sets = new ArrayList<TreeMap<Rest, List<Domain>>>();
        for (int i = 0; i <= most; i++) {
            sets.add(new TreeMap<>());
        }
        sets.getFirst()
                .put(
                        new Rest(
                                descent.leaders(),
                                descent.slices() * descent.slicing().size()),
                        List.of());
        for (var domain : domains.stream().sorted(order).toList()) {
            for (int i = most; i > 0; i--) {
                for (var before : sets.get(i - 1).entrySet()) {
                    extend(sets.get(i), before.getKey(), before.getValue(), domain);
                }
            }
        }
        return Optional.ofNullable(sets.get(most).floorEntry(new Rest(0, 0)))
                .filter(entry -> entry.getKey().leaders() == 0)
                .map(java.util.Map.Entry::getValue);
    }

    private static void extend(TreeMap<Rest, List<Domain>> sets, Rest rest, List<Domain> before, Domain domain) {
        if (rest.leaders() <= 0 && rest.pods() <= 0) {
            return;
        }
        var set = new ArrayList<>(before);
        set.add(domain);
        if (rest.leaders() > 0 && domain.leaders > 0) {
            sets.putIfAbsent(new Rest(rest.leaders() - domain.leaders, rest.pods() - domain.podsLed), set);
        }
        if (domain.slices > 0) {
            sets.putIfAbsent(new Rest(rest.leaders(), rest.pods() - domain.pods), set);
        }
    }
}
