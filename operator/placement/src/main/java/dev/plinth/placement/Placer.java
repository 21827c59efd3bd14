package dev.plinth.placement;

import dev.plinth.placement.Placement.Placed;
import dev.plinth.placement.Placement.Unplaceable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds a node for each member of a gang, or says why there is none. */
public final class Placer {
    private Placer() {}

    public static Placement place(GangRequest request, Cluster cluster) {
        var bad = RequestCheck.complaint(request, cluster);
        if (bad.isPresent()) {
            return new Unplaceable(bad.get());
        }
        var rooms = Rooms.of(cluster, request);
        var pinnedNodes = new TreeSet<Integer>();
        request.pinned().values().forEach(node -> cluster.position(node).ifPresent(pinnedNodes::add));

        var within = candidates(request, cluster, pinnedNodes).stream()
                .filter(domain -> rooms.in(domain) >= request.unplaced())
                .min(Comparator.comparingLong(rooms::in));
        if (within.isEmpty()) {
            return new Unplaceable(
                    Explainer.explain(request, cluster, rooms, candidates(request, cluster, pinnedNodes)));
        }
        var taken = new int[cluster.size()];
        new Greedy(rooms, pinnedNodes).place(within.get(), request.unplaced(), taken);
        var nodes = inRankOrder(request, cluster, taken);
        return new Placed(nodes, narrowest(cluster, nodes).path());
    }

    /** The domains that may serve: those of the required level that hold all pinned members, or the whole cluster. */
    private static List<Domain> candidates(GangRequest request, Cluster cluster, SortedSet<Integer> pinnedNodes) {
        if (request.requiredLevel().isEmpty()) {
            return List.of(cluster.root());
        }
        int depth = cluster.topology().depth(request.requiredLevel().get());
        return cluster.domains(depth).stream()
                .filter(Domain::labelled)
                .filter(domain -> pinnedNodes.stream().allMatch(domain::contains))
                .toList();
    }

    private static SortedMap<Integer, String> inRankOrder(GangRequest request, Cluster cluster, int[] taken) {
        var nodes = new TreeMap<Integer, String>(request.pinned());
        int member = 0;
        for (int position = 0; position < taken.length; position++) {
            for (int i = 0; i < taken[position]; i++) {
                while (nodes.containsKey(member)) {
                    member++;
                }
                nodes.put(member, cluster.at(position).name());
            }
        }
        return nodes;
    }

    private static Domain narrowest(Cluster cluster, SortedMap<Integer, String> nodes) {
        var positions = nodes.values().stream()
                .map(cluster::position)
                .flatMap(position -> position.stream().boxed())
                .toList();
        var domain = cluster.root();
        for (var inner = Optional.of(domain); inner.isPresent(); ) {
            domain = inner.get();
            inner = domain.children().stream()
                    .filter(child -> positions.stream().allMatch(child::contains))
                    .findFirst();
        }
        return domain;
    }
}
