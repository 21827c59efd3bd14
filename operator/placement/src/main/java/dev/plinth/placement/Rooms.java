package dev.plinth.placement;

/**
 * How many members each node and each domain can take: an integer per node, summed on demand.
 *
 * @param perNode members by node position, never more than are asked for
 * @param before sum of {@code perNode} before each position
 */
record Rooms(int[] perNode, long[] before) {
    static Rooms of(Cluster cluster, GangRequest request) {
        var perNode = new int[cluster.size()];
        for (int i = 0; i < perNode.length; i++) {
            var node = cluster.at(i);
            boolean open = node.closed().isEmpty() && !request.avoid().containsKey(node.name());
            perNode[i] = open ? node.free().times(request.perMember(), request.unplaced()) : 0;
        }
        return of(perNode);
    }

    static Rooms of(int[] perNode) {
        var before = new long[perNode.length + 1];
        for (int i = 0; i < perNode.length; i++) {
            before[i + 1] = before[i] + perNode[i];
        }
        return new Rooms(perNode, before);
    }

    long in(Domain domain) {
        return before[domain.to()] - before[domain.from()];
    }
}
