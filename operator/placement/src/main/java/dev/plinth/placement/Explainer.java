package dev.plinth.placement;

import dev.plinth.placement.Explanation.LevelRoom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Does the arithmetic of a gang that does not fit.
 *
 * @param allowed the domains of which one must take all members
 */
record Explainer(GangRequest request, Cluster cluster, Rooms rooms, List<Domain> allowed) {
    static Explanation explain(GangRequest request, Cluster cluster, Rooms rooms, List<Domain> allowed) {
        return new Explainer(request, cluster, rooms, allowed).explanation();
    }

    private Explanation explanation() {
        var best = roomiest(allowed);
        long room = best.map(rooms::in).orElse(0L);
        long free = rooms.in(cluster.root());
        var scope = best.orElse(cluster.root());
        var remedies = RemedySearch.find(request, cluster, rooms, allowed);
        return new Explanation(
                ask() + "; " + have(best, room, free) + (room >= request.unplaced() ? obstacle() : ""),
                request.unplaced(),
                free,
                best.map(Domain::path).filter(path -> !path.isEmpty()),
                room,
                levels(),
                new Blockers(request, cluster, rooms, scope).text(),
                remedies,
                remedies.isEmpty()
                        ? "free more room or ask for less; no single change was found that would do"
                        : remedies.stream().map(Remedy::text).collect(Collectors.joining(", or ")));
    }

    private String ask() {
        int needed = request.unplaced();
        var more = request.pinned().isEmpty() ? "" : "more ";
        var where = request.requiredLevel().map(level -> " in one " + level).orElse("");
        return "needs " + Words.count(needed, more + "member") + " x "
                + request.perMember().worthSaying() + where;
    }

    private String have(Optional<Domain> best, long room, long free) {
        if (cluster.size() == 0) {
            return "the cluster has no nodes";
        }
        var tooLarge = tooLarge();
        if (tooLarge.isPresent()) {
            return tooLarge.get();
        }
        if (request.requiredLevel().isEmpty()) {
            return (cluster.size() == 1 ? "the one node has" : "all " + cluster.size() + " nodes together have")
                    + " room for " + free;
        }
        var level = request.requiredLevel().get();
        if (best.isEmpty()) {
            return request.pinned().isEmpty()
                    ? "no node says which " + level + " it is in"
                    : "the members that stay are not in one " + level;
        }
        var which =
                request.pinned().isEmpty() ? "the best " + level + " " : "the members that stay are in " + level + " ";
        return which + best.get().path() + (request.pinned().isEmpty() ? " has" : ", which has") + " room for " + room
                + (free > room ? ", all nodes together for " + free : "");
    }

    /** No node that the gang may use takes a member, even if it were empty; first for a resource that none of them has at all. */
    private Optional<String> tooLarge() {
        var usable = Rooms.usable(cluster, request);
        var each = request.perMember();
        if (usable.isEmpty() || usable.stream().anyMatch(node -> node.whole().covers(each))) {
            return Optional.empty();
        }
        var which = usable.size() == cluster.size() ? "node" : "node that it may use";
        var largest = new TreeMap<String, Long>();
        for (var node : usable) {
            var whole = node.whole();
            each.amounts().keySet().forEach(name -> largest.merge(name, whole.amount(name), Math::max));
        }
        largest.entrySet().removeIf(most -> each.amount(most.getKey()) <= most.getValue());
        return largest.entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .map(most -> most.getValue() <= 0
                        ? "no " + which + " has " + most.getKey()
                        : "the largest " + which + " has " + Resources.of(most.getKey(), most.getValue()))
                .or(() -> Optional.of("no " + which + " has all of that, even if it were empty"));
    }

    /** What stands in the way of a gang for which there would be room. */
    private String obstacle() {
        var reasons = new ArrayList<String>();
        request.mesh()
                .dimensions()
                .forEach(dimension -> dimension
                        .required()
                        .ifPresent(level -> reasons.add("each group of " + dimension.name() + " in one " + level)));
        request.extras()
                .spread()
                .forEach(spread -> reasons.add("the members of each group of " + spread.dimension() + " in different "
                        + spread.level() + "s"));
        int spares = request.extras().spares().count();
        if (spares > 0) {
            reasons.add("room for " + Words.count(spares, "spare"));
        }
        request.extras().leader().ifPresent(leader -> reasons.add("room for the leader"));
        return reasons.isEmpty() ? "" : ", but no way was found with " + String.join(" and ", reasons);
    }

    private List<LevelRoom> levels() {
        return cluster.topology().levels().stream()
                .flatMap(level -> roomiest(cluster.domains(cluster.topology().depth(level))).stream()
                        .map(domain -> new LevelRoom(level, domain.path(), rooms.in(domain))))
                .toList();
    }

    /** The domain with the most room, the first by name of equals. */
    private Optional<Domain> roomiest(List<Domain> domains) {
        return domains.stream()
                .max(Comparator.comparingLong(rooms::in)
                        .thenComparing(Comparator.comparingInt(Domain::from).reversed()));
    }
}
