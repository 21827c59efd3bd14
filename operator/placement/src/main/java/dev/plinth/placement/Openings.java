package dev.plinth.placement;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Which closed nodes would have to open for a gang to start. */
record Openings(GangRequest request, Cluster cluster, Rooms rooms, List<Domain> allowed, Trials trials) {
    private static final int DOMAINS = 3;
    private static final int LEFT_OUT = 6;

    /** The fewest closed nodes of one of the domains, those with the most room first. */
    Optional<Change.Open> fewest() {
        return allowed.stream()
                .map(this::closed)
                .filter(nodes -> !nodes.isEmpty())
                .sorted(Comparator.comparingInt(List::size))
                .limit(DOMAINS)
                .flatMap(nodes ->
                        trials
                                .fewest(fewestByRoom(nodes), nodes.size(), count -> open(nodes.subList(0, count)))
                                .stream())
                .min(Comparator.comparingInt(open -> open.nodes().size()))
                .map(this::withoutTheNeedless);
    }

    /** As many as could make room enough, if the rest of the gang's wishes allows; none if all would not do. */
    private List<Node> closed(Domain domain) {
        var closed = cluster.nodes(domain)
                .filter(node -> Rooms.barrier(node, request).isPresent() && Rooms.ifOpen(node, request) > 0)
                .sorted(Comparator.comparingInt((Node node) -> Rooms.ifOpen(node, request))
                        .reversed())
                .toList();
        long room = rooms.in(domain)
                + closed.stream().mapToLong(node -> Rooms.ifOpen(node, request)).sum();
        return room >= request.unplaced() ? closed : List.of();
    }

    /** No fewer make room enough in their domain. */
    private int fewestByRoom(List<Node> closed) {
        long room = allowed.stream()
                .filter(domain -> domain.contains(
                        cluster.position(closed.getFirst().name()).orElseThrow()))
                .mapToLong(rooms::in)
                .sum();
        int count = 0;
        while (count < closed.size() && (count == 0 || room < request.unplaced())) {
            room += Rooms.ifOpen(closed.get(count), request);
            count++;
        }
        return count;
    }

    private Change.Open open(List<Node> nodes) {
        var reasons = new TreeMap<String, String>();
        nodes.forEach(
                node -> reasons.put(node.name(), Rooms.barrier(node, request).orElse("closed")));
        return new Change.Open(reasons);
    }

    private Change.Open withoutTheNeedless(Change.Open open) {
        var least = open;
        if (open.nodes().size() <= LEFT_OUT) {
            for (var name : open.nodes().keySet()) {
                var fewer = new TreeMap<>(least.nodes());
                fewer.remove(name);
                least = !fewer.isEmpty() && trials.helps(new Change.Open(fewer)) ? new Change.Open(fewer) : least;
            }
        }
        return least;
    }
}
