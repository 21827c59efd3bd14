package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Does the arithmetic of a gang that does not fit. */
final class Explainer {
    private Explainer() {}

    static Explanation explain(GangRequest request, Cluster cluster, Rooms rooms, List<Domain> candidates) {
        int needed = request.unplaced();
        long free = rooms.in(cluster.root());
        var best = candidates.stream().max(Comparator.comparingLong(rooms::in));
        long room = best.map(rooms::in).orElse(0L);
        var where = request.requiredLevel().map(level -> " in one " + level).orElse("");
        var reason = "needs " + needed + " members x " + request.perMember() + where + "; "
                + best.map(domain -> "best " + domain.path() + " has room for " + room)
                        .orElse("there is no such domain")
                + ", the whole cluster for " + free;
        var blockers = new ArrayList<String>();
        for (var node : cluster.nodes()) {
            node.closed().ifPresent(why -> blockers.add(node.name() + " " + why));
        }
        return new Explanation(
                reason,
                needed,
                free,
                best.map(Domain::path),
                room,
                blockers,
                "free room for " + (needed - room) + " more members");
    }
}
