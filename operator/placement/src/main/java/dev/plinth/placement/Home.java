package dev.plinth.placement;

import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where new nodes would serve a gang.
 *
 * @param domains by level; none if any will do
 * @param name for a person; empty if any will do
 */
record Home(SortedMap<String, String> domains, String name) {
    private static final String NEW = "new";

    /** With the nodes of the roomiest domain that may serve, or in domains of their own if there is none. */
    static Home of(GangRequest request, Cluster cluster, Rooms rooms, List<Domain> allowed) {
        var levels = cluster.topology().levels();
        int rack = cluster.topology().hostDepth() - 1;
        if (rack < 0 || !minds(request)) {
            return new Home(new TreeMap<>(), "");
        }
        var best = allowed.stream().max(Comparator.comparingLong(rooms::in).thenComparing(Domain::path));
        if (best.isEmpty() || cluster.size() == 0) {
            var domains = new TreeMap<String, String>();
            levels.subList(0, rack + 1).forEach(level -> domains.put(level, NEW));
            return new Home(domains, "a new " + levels.get(rack));
        }
        var racks = cluster.domains(rack).stream()
                .filter(domain -> best.get().encloses(domain) || domain.encloses(best.get()))
                .filter(Domain::labelled)
                .max(Comparator.comparingLong(rooms::in).thenComparing(Domain::path));
        var domains = new TreeMap<>(cluster.at(racks.orElse(best.get()).from()).domains());
        domains.keySet().retainAll(levels);
        return new Home(
                domains,
                racks.map(domain -> levels.get(rack) + " " + domain.path()).orElse(""));
    }

    private static boolean minds(GangRequest request) {
        return request.requiredLevel().isPresent()
                || request.extras().spares().near().isPresent()
                || request.mesh().dimensions().stream()
                        .anyMatch(dimension -> dimension.required().isPresent());
    }
}
