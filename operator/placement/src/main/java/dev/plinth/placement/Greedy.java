package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.SortedSet;

/** Places fast and well, not optimally: one child if one is enough, else the largest until the rest fits into one. */
record Greedy(Rooms rooms, SortedSet<Integer> pinnedNodes) {
    /** Adds {@code members} to {@code taken} (members by node position); the domain must have the room. */
    void place(Domain domain, int members, int[] taken) {
        if (domain.isNode()) {
            taken[domain.from()] += members;
            return;
        }
        var candidates = new ArrayList<>(domain.children());
        candidates.removeIf(child -> rooms.in(child) == 0);
        candidates.sort(Comparator.comparing((Domain child) -> !holdsPinned(child))
                .thenComparing(Comparator.comparingLong(rooms::in).reversed()));
        int rest = members;
        while (rest > 0) {
            var next = tightest(candidates, rest);
            int share = (int) Math.min(rest, rooms.in(next));
            place(next, share, taken);
            rest -= share;
            candidates.remove(next);
        }
    }

    private Domain tightest(ArrayList<Domain> candidates, int members) {
        var best = candidates.getFirst();
        for (var candidate : candidates) {
            boolean fits = rooms.in(candidate) >= members;
            boolean sameClaim = holdsPinned(candidate) == holdsPinned(best);
            if (fits && sameClaim && rooms.in(candidate) < rooms.in(best)) {
                best = candidate;
            }
        }
        return best;
    }

    private boolean holdsPinned(Domain domain) {
        return !pinnedNodes.subSet(domain.from(), domain.to()).isEmpty();
    }
}
