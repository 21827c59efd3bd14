package dev.plinth.placement;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Room for whole pieces: members that must stay together in a domain of a level come there together or not at all.
 *
 * @param unit members in a piece, by depth; that of a level is a multiple of those inside it
 * @param room members that each domain can take in whole pieces, by depth and domain
 */
record Pieces(Cluster cluster, Rooms rooms, int[] unit, int[][] room) {
    /** Members that may all go apart. */
    static Pieces singles(Cluster cluster, Rooms rooms) {
        var unit = new int[cluster.topology().levels().size()];
        Arrays.fill(unit, 1);
        return of(cluster, rooms, unit);
    }

    /**
     * The pieces of a new gang that says which members must stay together, but not what they exchange. Empty for any other, for one
     * with spares, and if a piece is not made of members that follow one another.
     */
    static Optional<Pieces> ofSilent(GangRequest request, Cluster cluster, Rooms rooms) {
        var axes = Axes.of(request.mesh());
        boolean silent = request.pinned().isEmpty()
                && request.extras().spares().count() == 0
                && request.extras().heldSpares().isEmpty()
                && !Spreads.any(request)
                && request.mesh().dimensions().stream()
                        .allMatch(each ->
                                each.bytesPerStep() == 0 && each.preferred().isEmpty());
        var depths = axes.dimensions().stream()
                .mapToInt(each -> each.required().map(cluster.topology()::depth).orElse(-1))
                .toArray();
        boolean nested = IntStream.range(1, depths.length).allMatch(axis -> depths[axis] <= depths[axis - 1]);
        if (!silent || !nested || depths.length == 0 || depths[0] < 0) {
            return Optional.empty();
        }
        return Optional.of(of(cluster, rooms, units(cluster, axes, depths)));
    }

    /**
     * By depth, members that domains of the level must not cut apart.
     *
     * @param requiredDepth by axis: depth of the level whose domains must not cut a group; -1 if none
     */
    static int[] units(Cluster cluster, Axes axes, int[] requiredDepth) {
        var units = new int[cluster.topology().levels().size()];
        Arrays.fill(units, 1);
        for (int axis = 0; axis < requiredDepth.length; axis++) {
            for (int depth = 0; depth <= requiredDepth[axis]; depth++) {
                units[depth] *= axes.all().get(axis).degree();
            }
        }
        return units;
    }

    private static Pieces of(Cluster cluster, Rooms rooms, int[] unit) {
        return new Pieces(cluster, rooms, unit, room(cluster, rooms, Integer.MAX_VALUE, unit));
    }

    /** @param most more than this counts as this */
    static int[][] room(Cluster cluster, Rooms rooms, int most, int[] units) {
        int host = cluster.topology().hostDepth();
        var room = new int[host + 1][];
        for (int depth = host; depth >= 0; depth--) {
            var domains = cluster.domains(depth);
            room[depth] = new int[domains.size()];
            for (int i = 0; i < room[depth].length; i++) {
                var domain = domains.get(i);
                long inside = 0;
                if (depth == host) {
                    inside = rooms.perNode()[domain.from()];
                } else {
                    var innerOf = cluster.fabric().domainOf()[depth + 1];
                    for (int inner = innerOf[domain.from()]; inner <= innerOf[domain.to() - 1]; inner++) {
                        inside += room[depth + 1][inner];
                    }
                }
                room[depth][i] = (int) Math.min(most, inside) / units[depth] * units[depth];
            }
        }
        return room;
    }

    /** The same with somebody of the gang on a node, which can then take this number of members. */
    Pieces seating(int node, int members) {
        return of(cluster, rooms.seating(node, members), unit);
    }

    long in(Domain domain) {
        return domain.depth() < 0
                ? Arrays.stream(room[0]).asLongStream().sum()
                : room[domain.depth()][cluster.fabric().domainOf()[domain.depth()][domain.from()]];
    }
}
