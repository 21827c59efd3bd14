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
        return request.perMember().amounts().entrySet().stream()
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
