package dev.plinth.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Chooses how many members each node gets: the best by {@link Objective}, ties by name, as long as that takes a bounded amount of
 * work; else by {@link Greedy}. For a new gang of one member by {@link Holes}.
 */
final class Solver {
    /** Keeps a decision well under 50 ms; all but the largest gangs on the largest clusters take far less. */
    private static final long WORK = 10_000_000;

    private final Cluster cluster;
    private final Rooms rooms;
    private final Pieces pieces;
    private final int members;
    private final int preferredDepth;
    private final Objective objective;
    private final Tables tables;

    /** A way to place all members in one domain. */
    private record Option(Domain domain, Table table, Cost cost) {}

    Solver(Pieces pieces, int members, int preferredDepth) {
        this.cluster = pieces.cluster();
        this.rooms = pieces.rooms();
        this.pieces = pieces;
        this.members = members;
        this.preferredDepth = preferredDepth;
        this.objective = Objective.of(cluster, rooms, preferredDepth, members);
        this.tables = new Tables(pieces, objective, members, WORK);
    }

    /**
     * Members by node position.
     *
     * @param allowed domains of one level; one of them gets all members; at least one has the room
     */
    int[] solve(List<Domain> allowed) {
        var taken = new int[cluster.size()];
        if (members == 1 && !rooms.hasPinned(cluster.root())) {
            taken[leastLost(allowed)] = 1;
            return taken;
        }
        var candidates = narrowed(allowed);
        Optional<Option> best = Optional.empty();
        for (var candidate : candidates) {
            var option = best(candidate);
            if (option.isEmpty()) {
                new Greedy(pieces).place(tightest(candidates), members, taken);
                return taken;
            }
            var total = new Option(
                    candidate, option.get().table(), option.get().cost().plus(around(candidate)));
            if (best.isEmpty() || total.cost().compareTo(best.get().cost()) < 0) {
                best = Optional.of(total);
            }
        }
        best.orElseThrow().table().fill(members, taken);
        return taken;
    }

    /**
     * The node of the only member. It uses one domain of each level wherever it goes, so only the holes count: it fills the tightest
     * host, for a host with little left is soon of use to small gangs only; among those it leaves the most to gangs to come.
     */
    private int leastLost(List<Domain> allowed) {
        int best = -1;
        int bestRoom = Integer.MAX_VALUE;
        long bestLost = Long.MAX_VALUE;
        for (var scope : allowed) {
            for (int node = scope.from(); node < scope.to(); node++) {
                int room = rooms.perNode()[node];
                if (room == 0 || room > bestRoom) {
                    continue;
                }
                long lost = Holes.lostAround(cluster, rooms, node);
                if (room < bestRoom || lost < bestLost) {
                    best = node;
                    bestRoom = room;
                    bestLost = lost;
                }
            }
        }
        return best;
    }

    /** Single domains of the preferred level, if one alone will do: nothing else can be better then. */
    private List<Domain> narrowed(List<Domain> allowed) {
        var fitting = allowed.stream().filter(this::fits).toList();
        var single = new ArrayList<Domain>();
        for (var domain : fitting) {
            collectSingle(domain, single);
        }
        return single.isEmpty() ? fitting : single;
    }

    private void collectSingle(Domain domain, List<Domain> single) {
        if (!fits(domain) || !rooms.hasAllPinnedOf(domain, cluster.root())) {
            return;
        }
        if (domain.depth() >= preferredDepth) {
            single.add(domain);
        } else {
            domain.children().forEach(child -> collectSingle(child, single));
        }
    }

    private boolean fits(Domain domain) {
        return pieces.in(domain) >= members;
    }

    /** The best way to place all members in the domain; empty if finding it takes too much work. */
    private Optional<Option> best(Domain domain) {
        var single = domain.children().stream()
                .filter(child -> child.depth() >= preferredDepth)
                .filter(child -> fits(child) && rooms.hasAllPinnedOf(child, domain))
                .toList();
        if (single.isEmpty()) {
            return tables.of(domain)
                    .map(table -> new Option(domain, table, new Cost(table.used(members), table.left(members))));
        }
        Optional<Option> best = Optional.empty();
        for (var child : single) {
            var option = best(child);
            if (option.isEmpty()) {
                return option;
            }
            if (best.isEmpty() || option.get().cost().compareTo(best.get().cost()) < 0) {
                best = option;
            }
        }
        return best.map(
                option -> new Option(domain, option.table(), option.cost().plus(own(domain))));
    }

    /** Cost of the domains around this one. */
    private Cost around(Domain domain) {
        var cost = new Cost(0, 0);
        var outer = cluster.root();
        while (outer.depth() < domain.depth()) {
            cost = cost.plus(own(outer));
            outer = outer.childWith(domain.from());
        }
        return cost;
    }

    private Cost own(Domain domain) {
        return domain.depth() < 0 ? new Cost(0, 0) : objective.of(domain, rooms, members);
    }

    private Domain tightest(List<Domain> candidates) {
        return candidates.stream()
                .min((a, b) -> Long.compare(pieces.in(a), pieces.in(b)))
                .orElseThrow();
    }
}
