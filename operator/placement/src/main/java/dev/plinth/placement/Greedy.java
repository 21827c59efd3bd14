package dev.plinth.placement;

import java.util.Comparator;
import java.util.List;

/** Places fast and well, not optimally: one child if one is enough, else the largest until the rest fits into one. */
record Greedy(Pieces pieces) {
    /** Adds {@code members} to {@code taken} (members by node position); the domain must have the room. */
    void place(Domain domain, int members, int[] taken) {
        if (domain.isNode()) {
            taken[domain.from()] += members;
            return;
        }
        var byRoom = domain.children().stream()
                .filter(child -> pieces.in(child) > 0)
                .sorted(Comparator.comparingLong(pieces::in).reversed())
                .toList();
        var rooms = pieces.rooms();
        int rest = spread(byRoom.stream().filter(rooms::hasPinned).toList(), members, taken);
        spread(byRoom.stream().filter(child -> !rooms.hasPinned(child)).toList(), rest, taken);
    }

    /** Returns how many members the domains, which are given by falling room, had no room for. */
    private int spread(List<Domain> byRoom, int members, int[] taken) {
        int rest = members;
        for (int i = 0; i < byRoom.size() && rest > 0; i++) {
            int tightest = i;
            while (tightest + 1 < byRoom.size() && pieces.in(byRoom.get(tightest + 1)) >= rest) {
                tightest++;
            }
            int share = (int) Math.min(rest, pieces.in(byRoom.get(tightest)));
            place(byRoom.get(tightest), share, taken);
            rest -= share;
        }
        return rest;
    }
}
