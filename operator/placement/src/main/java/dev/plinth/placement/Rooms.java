package dev.plinth.placement;

import java.util.List;
import java.util.Optional;

/**
 * How many members each node and each domain can take, and where members are that stay.
 *
 * @param perNode members by node position
 * @param before sum of {@code perNode} before each position
 * @param pinnedBefore number of nodes with pinned members before each position
 */
record Rooms(int[] perNode, long[] before, int[] pinnedBefore) {
    static Rooms of(Cluster cluster, GangRequest request) {
        var perNode = cluster.room(request.perMember());
        for (var avoided : request.avoid().keySet()) {
            cluster.position(avoided).ifPresent(position -> perNode[position] = 0);
        }
        var pinnedBefore = new int[perNode.length + 1];
        for (var node : request.pinned().values()) {
            cluster.position(node).ifPresent(position -> pinnedBefore[position + 1] = 1);
        }
        var before = new long[perNode.length + 1];
        for (int i = 0; i < perNode.length; i++) {
            before[i + 1] = before[i] + perNode[i];
            pinnedBefore[i + 1] += pinnedBefore[i];
        }
        return new Rooms(perNode, before, pinnedBefore);
    }

    /** The same with somebody of the gang on a node, which can then take this number of members. */
    Rooms seating(int node, int members) {
        var changed = perNode.clone();
        changed[node] = members;
        var sums = before.clone();
        for (int i = node + 1; i < sums.length; i++) {
            sums[i] += members - perNode[node];
        }
        var seated = pinnedBefore.clone();
        for (int i = node + 1; i < seated.length; i++) {
            seated[i] += pinnedBefore[node + 1] > pinnedBefore[node] ? 0 : 1;
        }
        return new Rooms(changed, sums, seated);
    }

    /** Why the gang may get nothing on this node, however much is free there. */
    static Optional<String> barrier(Node node, GangRequest request) {
        return node.closed().or(() -> Optional.ofNullable(request.avoid().get(node.name())));
    }

    /** The nodes on which the gang may get something. */
    static List<Node> usable(Cluster cluster, GangRequest request) {
        return cluster.nodes().stream()
                .filter(node -> barrier(node, request).isEmpty())
                .toList();
    }

    static int ifOpen(Node node, GangRequest request) {
        return node.free().times(request.perMember(), GangRequest.MAX_SIZE);
    }

    long in(Domain domain) {
        return before[domain.to()] - before[domain.from()];
    }

    /** Members that the roomiest of these can take; none if there is none. */
    long most(List<Domain> domains) {
        return domains.stream().mapToLong(this::in).max().orElse(0);
    }

    boolean hasPinned(Domain domain) {
        return pinnedBefore[domain.to()] > pinnedBefore[domain.from()];
    }

    boolean hasAllPinnedOf(Domain inner, Domain outer) {
        return pinnedBefore[inner.to()] - pinnedBefore[inner.from()]
                == pinnedBefore[outer.to()] - pinnedBefore[outer.from()];
    }
}
