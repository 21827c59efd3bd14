package dev.plinth.placement;

/**
 * Room that gangs to come lose ({@link Holes}) in domains that are not looked at one by one: around a placement, and at least inside
 * the parts of one that is only begun.
 *
 * <p>If a domain gives away all its room {@code R}, its children lose {@code L}, the sum of what each loses when it is emptied. If
 * {@code f} members' room is left over, they lose at least {@code L - b f}, where {@code b} is the number of sizes of gangs that
 * could use it: a child with {@code r} left still has {@code ⌊r/k⌋·k <= r} for gangs of each size {@code k}. And no less than the
 * members taken, which gangs of one lose.
 *
 * @param innermost depth of the innermost level that counts
 * @param emptied what the children of a domain lose when they are all emptied, by depth and domain
 * @param sizes sizes of gangs that the roomiest child can take, by depth and domain
 */
record InnerHoles(Cluster cluster, Rooms rooms, int innermost, long[][] emptied, int[][] sizes) {
    static InnerHoles of(MeshProblem problem) {
        var cluster = problem.cluster();
        int host = cluster.topology().hostDepth();
        int innermost = problem.alone() ? host - 1 : host;
        var emptied = new long[Math.max(0, innermost)][];
        var sizes = new int[emptied.length][];
        for (int depth = 0; depth < emptied.length; depth++) {
            var domains = cluster.domains(depth);
            emptied[depth] = new long[domains.size()];
            sizes[depth] = new int[domains.size()];
            for (int i = 0; i < domains.size(); i++) {
                for (var child : domains.get(i).children()) {
                    long room = problem.rooms().in(child);
                    emptied[depth][i] += Holes.lost(room, room);
                    sizes[depth][i] = Math.max(sizes[depth][i], Long.SIZE - Long.numberOfLeadingZeros(room));
                }
            }
        }
        return new InnerHoles(cluster, problem.rooms(), innermost, emptied, sizes);
    }

    /** In a domain of which so many members take room, and in those around it. */
    long around(Domain domain, int members) {
        long lost = 0;
        for (int depth = 0; depth <= Math.min(domain.depth(), innermost); depth++) {
            lost += Holes.lost(rooms.in(cluster.around(domain.from(), depth)), members);
        }
        return lost;
    }

    /** In the children of a domain, however so many members are shared among them. */
    long least(Domain domain, int members) {
        if (domain.depth() >= innermost) {
            return 0;
        }
        int at = cluster.fabric().domainOf()[domain.depth()][domain.from()];
        long left = rooms.in(domain) - members;
        return Math.max(members, emptied[domain.depth()][at] - left * sizes[domain.depth()][at]);
    }
}
