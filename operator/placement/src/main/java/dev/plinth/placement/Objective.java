package dev.plinth.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What makes one placement better than another, as numbers that add up over domains and are compared in this order:
 *
 * <ol>
 *   <li>number of domains that become used: at the preferred level, at the levels outside it from the outermost inwards, at the
 *       levels inside it down to hosts (a domain that holds a pinned member is used already);
 *   <li>room left over in the domains that get members, from hosts outwards: tight holes are filled and large ones stay whole.
 * </ol>
 *
 * <p>Each of the two lists is packed into one {@code long} with room enough for every component. Should a list not fit, which takes
 * very many nodes of very many members each, its last components are left out.
 *
 * @param used weight of one more used domain, by depth
 * @param left weight of one member's room left over, by depth
 */
record Objective(long[] used, long[] left) {
    static Objective of(Cluster cluster, Rooms rooms, int preferredDepth, int members) {
        int host = cluster.topology().hostDepth();
        var countBounds = new long[host + 1];
        var leftBounds = new long[host + 1];
        for (int depth = 0; depth <= host; depth++) {
            long largest = 0;
            long roomy = 0;
            for (var domain : cluster.domains(depth)) {
                largest = Math.max(largest, rooms.in(domain));
                roomy += rooms.in(domain) > 0 ? 1 : 0;
            }
            countBounds[depth] = Math.min(roomy, members);
            leftBounds[depth] = Math.min(rooms.in(cluster.root()), largest * countBounds[depth]);
        }
        var countOrder = new ArrayList<Integer>(List.of(preferredDepth));
        IntStream.rangeClosed(0, host).filter(depth -> depth != preferredDepth).forEach(countOrder::add);
        var leftOrder = IntStream.rangeClosed(0, host)
                .map(depth -> host - depth)
                .boxed()
                .toList();
        return new Objective(weights(countOrder, countBounds), weights(leftOrder, leftBounds));
    }

    /** Weights such that the component first in {@code order} outweighs all others together, and so on. */
    private static long[] weights(List<Integer> order, long[] bounds) {
        var widths = new int[bounds.length];
        int bits = Long.SIZE - 2;
        for (int depth : order) {
            int width = Long.SIZE - Long.numberOfLeadingZeros(bounds[depth]);
            if (width > bits) {
                break;
            }
            widths[depth] = width;
            bits -= width;
        }
        var weights = new long[bounds.length];
        int shift = 0;
        for (int depth : order.reversed()) {
            weights[depth] = widths[depth] == 0 ? 0 : 1L << shift;
            shift += widths[depth];
        }
        return weights;
    }

    /** Cost of a domain for itself, its inside not counted, when it gets {@code members} more than 0. */
    Cost of(Domain domain, Rooms rooms, int members) {
        long count = rooms.hasPinned(domain) ? 0 : used[domain.depth()];
        return new Cost(count, left[domain.depth()] * (rooms.in(domain) - members));
    }
}
