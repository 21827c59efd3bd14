package dev.plinth.placement;

import java.util.Optional;
import java.util.stream.Stream;

/** Turns away requests that no cluster of this shape could serve, with what to do about it. */
final class RequestCheck {
    private RequestCheck() {}

    static Optional<Explanation> complaint(GangRequest request, Cluster cluster) {
        return Stream.of(
                        size(request),
                        demand(request),
                        level("required", request.requiredLevel(), cluster),
                        level("preferred", request.preferredLevel(), cluster),
                        uplinks(cluster),
                        mesh(request),
                        dimensionLevels(request, cluster),
                        spread(request, cluster),
                        extras(request, cluster),
                        pinnedIndex(request),
                        pinnedNode(request, cluster))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Explanation> size(GangRequest request) {
        if (request.size() < 1) {
            return bad("a gang has at least 1 member, not " + request.size(), "ask for 1 or more members");
        }
        if (request.size() > GangRequest.MAX_SIZE) {
            return bad(
                    "a gang has at most " + GangRequest.MAX_SIZE + " members, not " + request.size(),
                    "ask for fewer members");
        }
        return Optional.empty();
    }

    private static Optional<Explanation> demand(GangRequest request) {
        return negative(request.perMember());
    }

    private static Optional<Explanation> negative(Resources demands) {
        return demands.amounts().entrySet().stream()
                .filter(demand -> demand.getValue() < 0)
                .findFirst()
                .flatMap(demand -> bad(
                        "a member cannot need " + demand.getValue() + " " + demand.getKey(),
                        "ask for 0 or more " + demand.getKey()));
    }

    private static Optional<Explanation> level(String wish, Optional<String> level, Cluster cluster) {
        return level.filter(name -> cluster.topology().depth(name) < 0)
                .flatMap(name -> bad(
                        "the " + wish + " level " + name + " is not a level of this cluster",
                        "use one of " + String.join(", ", cluster.topology().levels())
                                + ", or add the level to the ClusterTopology"));
    }

    private static Optional<Explanation> uplinks(Cluster cluster) {
        var topology = cluster.topology();
        return topology.levels().stream()
                .filter(level -> !topology.uplinks().get(topology.depth(level)).isUsable())
                .findFirst()
                .flatMap(level -> bad(
                        "the uplink of level " + level + " carries nothing: "
                                + topology.uplinks().get(topology.depth(level)),
                        "give it a bandwidth above 0 and an oversubscription of 1 or more"));
    }

    private static Optional<Explanation> mesh(GangRequest request) {
        return Axes.complaint(request.mesh(), request.size())
                .or(() -> unknownElastic(request.mesh()))
                .flatMap(reason -> bad(reason, "correct the parallel degrees of the gang"));
    }

    private static Optional<String> unknownElastic(Mesh mesh) {
        return mesh.elastic()
                .filter(name -> mesh.degree(name).isEmpty())
                .map(name -> "the elastic dimension " + name + " is not a dimension of the gang");
    }

    private static Optional<Explanation> dimensionLevels(GangRequest request, Cluster cluster) {
        return request.mesh().dimensions().stream()
                .flatMap(dimension -> Stream.of(
                        level("required", dimension.required(), cluster),
                        level("preferred", dimension.preferred(), cluster)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Explanation> spread(GangRequest request, Cluster cluster) {
        return request.extras().spread().stream()
                .map(spread -> request.mesh().degree(spread.dimension()).isEmpty()
                        ? bad(
                                "members are to be spread along " + spread.dimension()
                                        + ", which is not a dimension of the gang",
                                "name one of its dimensions")
                        : level("spread", Optional.of(spread.level()), cluster))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Explanation> extras(GangRequest request, Cluster cluster) {
        var spares = request.extras().spares();
        if (spares.count() < 0 || spares.count() > GangRequest.MAX_SIZE) {
            return bad("a gang cannot have " + spares.count() + " spares", "ask for 0 or more spares");
        }
        return level("spares'", spares.near(), cluster)
                .or(() -> request.extras().leader().flatMap(RequestCheck::negative));
    }

    private static Optional<Explanation> pinnedIndex(GangRequest request) {
        return request.pinned().keySet().stream()
                .filter(index -> index < 0 || index >= request.size())
                .findFirst()
                .flatMap(index -> bad(
                        "member " + index + " is pinned, but the gang has members 0 to " + (request.size() - 1),
                        "pin only members of the gang"));
    }

    private static Optional<Explanation> pinnedNode(GangRequest request, Cluster cluster) {
        return request.pinned().entrySet().stream()
                .filter(pin -> cluster.position(pin.getValue()).isEmpty())
                .findFirst()
                .flatMap(pin -> bad(
                        "member " + pin.getKey() + " stays on " + pin.getValue()
                                + ", which is not a node of the cluster",
                        "replace member " + pin.getKey()));
    }

    private static Optional<Explanation> bad(String reason, String change) {
        return Optional.of(Explanation.badRequest(reason, change));
    }
}
