package dev.plinth.placement;

import dev.plinth.placement.Placement.Placed;
import dev.plinth.placement.Placement.Unplaceable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds a node for each member of a gang, or says why there is none.
 *
 * <p>One search serves a new gang, one that grows, one that lost members, and a swap onto a spare: members that are pinned stay
 * where they are, the others go where it costs least. What is least is, in this order: the wishes of the user; for a gang with a
 * mesh the predicted time of its own traffic and its load on shared uplinks ({@link Score}), for one without traffic the number of
 * domains ({@link Objective}); the damage to large holes; the order of names.
 */
public final class Placer {
    private Placer() {}

    public static Placement place(GangRequest request, Cluster cluster) {
        var bad = RequestCheck.complaint(request, cluster);
        if (bad.isPresent()) {
            return new Unplaceable(bad.get());
        }
        var rooms = Rooms.of(cluster, request);
        var least = request.resized(Sizes.least(request));
        return search(request, cluster, rooms)
                .map(Placement.class::cast)
                .orElseGet(() ->
                        new Unplaceable(Explainer.explain(least, cluster, rooms, allowed(least, cluster, rooms))));
    }

    /** The same for somebody who does not ask why not. */
    public static Optional<Placed> find(GangRequest request, Cluster cluster) {
        if (RequestCheck.complaint(request, cluster).isPresent()) {
            return Optional.empty();
        }
        var rooms = Rooms.of(cluster, request);
        return search(request, cluster, rooms);
    }

    /** Whether there is a place; takes less than to find it where counting is enough. */
    static boolean fits(GangRequest request, Cluster cluster) {
        if (!Trials.isCounted(request)) {
            return find(request, cluster).isPresent();
        }
        if (RequestCheck.complaint(request, cluster).isPresent()) {
            return false;
        }
        var rooms = Rooms.of(cluster, request);
        var least = request.resized(Sizes.least(request));
        return new Counted(least, Pieces.singles(cluster, rooms)).hasRoom(allowed(least, cluster, rooms));
    }

    private static Optional<Placed> search(GangRequest request, Cluster cluster, Rooms rooms) {
        long most = most(request, cluster, rooms);
        return Sizes.of(request)
                .filter(size -> size <= most)
                .mapToObj(request::resized)
                .map(sized -> placeAll(sized, cluster, rooms, allowed(sized, cluster, rooms)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** No more members find room beside the spares; those that stay are no question, wherever they are. */
    private static long most(GangRequest request, Cluster cluster, Rooms rooms) {
        long found = rooms.most(allowed(request, cluster, rooms))
                + request.extras().heldSpares().size()
                - request.extras().spares().count();
        return request.pinned().size() + Math.max(0, found);
    }

    private static Optional<Placed> placeAll(GangRequest request, Cluster cluster, Rooms rooms, List<Domain> allowed) {
        var pieces = request.mesh().isNone() && request.extras().heldSpares().isEmpty()
                ? Optional.of(Pieces.singles(cluster, rooms))
                : Pieces.ofSilent(request, cluster, rooms);
        return pieces.isPresent()
                ? new Counted(request, pieces.get())
                        .place(allowed)
                        .map(answer -> placed(
                                cluster,
                                answer.nodes(),
                                positions(cluster, answer.nodes()),
                                answer.extras(),
                                Prediction.NOTHING))
                : MeshSolver.solve(cluster, request, rooms, allowed)
                        .map(answer -> placed(
                                cluster,
                                names(cluster, answer.nodes()),
                                answer.nodes(),
                                answer.extras(),
                                answer.prediction()));
    }

    /** The domains that may serve: those of the required level that hold all pinned members, or the whole cluster. */
    private static List<Domain> allowed(GangRequest request, Cluster cluster, Rooms rooms) {
        if (request.requiredLevel().isEmpty() || request.unplaced() == 0) {
            return List.of(cluster.root());
        }
        int depth = cluster.topology().depth(request.requiredLevel().get());
        return cluster.domains(depth).stream()
                .filter(Domain::labelled)
                .filter(domain -> rooms.hasAllPinnedOf(domain, cluster.root()))
                .toList();
    }

    private static SortedMap<Integer, String> names(Cluster cluster, int[] positions) {
        var nodes = new TreeMap<Integer, String>();
        for (int member = 0; member < positions.length; member++) {
            nodes.put(member, cluster.at(positions[member]).name());
        }
        return nodes;
    }

    private static int[] positions(Cluster cluster, SortedMap<Integer, String> nodes) {
        return nodes.values().stream()
                .distinct()
                .flatMapToInt(node -> cluster.position(node).stream())
                .toArray();
    }

    /** @param positions of the nodes that members are on */
    private static Placed placed(
            Cluster cluster,
            SortedMap<Integer, String> nodes,
            int[] positions,
            ExtraPods extras,
            Prediction prediction) {
        int first = Arrays.stream(positions).min().orElse(0);
        int last = Arrays.stream(positions).max().orElse(0);
        var domain = cluster.root();
        while (!domain.isNode() && domain.childWith(first).contains(last)) {
            domain = domain.childWith(first);
        }
        return new Placed(nodes, domain.path(), extras.leader(), extras.spares(), prediction);
    }
}
