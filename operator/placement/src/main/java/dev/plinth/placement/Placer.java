package dev.plinth.placement;

import dev.plinth.placement.Placement.Placed;
import dev.plinth.placement.Placement.Unplaceable;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/**
 * Finds a node for each member of a gang, or says why there is none.
 *
 * <p>Members that are pinned stay where they are. The others go where {@link Objective} is least: into one domain of the required
 * level, over as few domains as possible, into the tightest holes; equal choices are settled by name. Members of neighbouring index
 * come to lie near each other in the tree.
 */
public final class Placer {
    private Placer() {}

    public static Placement place(GangRequest request, Cluster cluster) {
        var bad = RequestCheck.complaint(request, cluster);
        if (bad.isPresent()) {
            return new Unplaceable(bad.get());
        }
        if (request.unplaced() == 0) {
            return placed(request.pinned(), cluster);
        }
        var rooms = Rooms.of(cluster, request);
        var allowed = allowed(request, cluster, rooms);
        if (allowed.stream().allMatch(domain -> rooms.in(domain) < request.unplaced())) {
            return new Unplaceable(Explainer.explain(request, cluster, rooms, allowed));
        }
        int preferredDepth =
                request.preferredLevel().map(cluster.topology()::depth).orElse(0);
        var taken = new Solver(cluster, rooms, request.unplaced(), preferredDepth).solve(allowed);
        return placed(new RankOrder(cluster, request).assign(taken), cluster);
    }

    /** The domains that may serve: those of the required level that hold all pinned members, or the whole cluster. */
    private static List<Domain> allowed(GangRequest request, Cluster cluster, Rooms rooms) {
        if (request.requiredLevel().isEmpty()) {
            return List.of(cluster.root());
        }
        int depth = cluster.topology().depth(request.requiredLevel().get());
        return cluster.domains(depth).stream()
                .filter(Domain::labelled)
                .filter(domain -> rooms.hasAllPinnedOf(domain, cluster.root()))
                .toList();
    }

    private static Placed placed(SortedMap<Integer, String> nodes, Cluster cluster) {
        var positions = nodes.values().stream()
                .distinct()
                .flatMapToInt(node -> cluster.position(node).stream())
                .toArray();
        int first = Arrays.stream(positions).min().orElse(0);
        int last = Arrays.stream(positions).max().orElse(0);
        var domain = cluster.root();
        while (!domain.isNode() && domain.childWith(first).contains(last)) {
            domain = domain.childWith(first);
        }
        return new Placed(nodes, domain.path());
    }
}
