package dev.plinth.placement;

import java.util.List;

/**
 * A part of the cluster: the nodes {@code from} (inclusive) to {@code to} (exclusive) of {@link Cluster#nodes()}.
 *
 * @param depth position of its level; -1 for the whole cluster
 * @param path names from the outermost level down, joined by {@code /}; empty for the whole cluster
 * @param labelled whether the nodes carry the name of this domain; a node without it is known to share the domain only with nodes
 *     of its next inner domain
 * @param children the domains one level further in; empty for a node
 */
record Domain(int depth, String path, boolean labelled, int from, int to, List<Domain> children) {
    boolean isNode() {
        return children.isEmpty();
    }

    boolean encloses(Domain other) {
        return from <= other.from && other.to <= to;
    }

    boolean contains(int node) {
        return from <= node && node < to;
    }

    /** The child with this node, which must be one of the domain's. */
    Domain childWith(int node) {
        int low = 0;
        int high = children.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (children.get(middle).from() <= node) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return children.get(low);
    }
}
