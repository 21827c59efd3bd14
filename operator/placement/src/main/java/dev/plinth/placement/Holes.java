package dev.plinth.placement;

/**
 * Expected fragmentation: how much of the room in a domain is lost to the gangs to come.
 *
 * <p>A gang of k members that must stay in a domain can use of its room r only ⌊r/k⌋·k. Weng et al. ("Beware of Fragmentation",
 * USENIX ATC 2023) weigh this by the sizes that a cluster sees; here all powers of two up to the room count the same, since
 * nearly all jobs in published traces have such sizes. So what is taken from a remainder that large gangs cannot use anyway costs
 * little, and a bite out of a hole that a large gang just fits in costs much.
 */
final class Holes {
    private Holes() {}

    /** Members' room lost when {@code taken} of {@code room} are taken, summed over the sizes of gangs. */
    static long lost(long room, long taken) {
        long rest = Math.max(0, room - taken);
        long lost = 0;
        for (long size = 1; size <= room; size *= 2) {
            // ⌊x / size⌋·size of a power of two is x without its lower bits.
            lost += (room & -size) - (rest & -size);
        }
        return lost;
    }

    /** The same in all domains of a node, it included, that takes one member. */
    static long lostAround(Cluster cluster, Rooms rooms, int node) {
        long lost = 0;
        for (int depth = 0; depth <= cluster.topology().hostDepth(); depth++) {
            lost += lost(rooms.in(cluster.around(node, depth)), 1);
        }
        return lost;
    }
}
