package dev.plinth.controller.topology;

import dev.plinth.api.v1alpha1.ClusterTopologySpec.Level;
import dev.plinth.api.v1alpha1.ClusterTopologyStatus.DomainCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the labels of the nodes say of the levels.
 *
 * @param labelled nodes that carry the labels of all levels
 * @param unlabelled the others, by name
 * @param domains of each level, in the order of the levels
 * @param torn a domain that lies in two domains of the next outer level, which no network can
 */
record TopologyCensus(int labelled, List<String> unlabelled, List<DomainCount> domains, Optional<String> torn) {

    /** Counts; {@code nodes} are the labels of each node by its name. */
    static TopologyCensus of(List<Level> levels, SortedMap<String, Map<String, String>> nodes) {
        var complete = new ArrayList<Map<String, String>>();
        var unlabelled = new ArrayList<String>();
        nodes.forEach((name, labels) -> {
            if (levels.stream().allMatch(level -> labels.containsKey(level.nodeLabel()))) {
                complete.add(labels);
            } else {
                unlabelled.add(name);
            }
        });
        var counts = levels.stream()
                .map(level ->
                        new DomainCount(level.name(), domains(level, complete).size()))
                .toList();
        return new TopologyCensus(complete.size(), unlabelled, counts, torn(levels, complete));
    }

    private static SortedSet<String> domains(Level level, List<Map<String, String>> nodes) {
        var domains = new TreeSet<String>();
        nodes.forEach(labels -> domains.add(labels.getOrDefault(level.nodeLabel(), "")));
        return domains;
    }

    private static Optional<String> torn(List<Level> levels, List<Map<String, String>> nodes) {
        for (var inner = 1; inner < levels.size(); inner++) {
            var outerOf = new TreeMap<String, SortedSet<String>>();
            for (var labels : nodes) {
                outerOf.computeIfAbsent(
                                labels.getOrDefault(levels.get(inner).nodeLabel(), ""), domain -> new TreeSet<>())
                        .add(labels.getOrDefault(levels.get(inner - 1).nodeLabel(), ""));
            }
            var innerName = levels.get(inner).name();
            var outerName = levels.get(inner - 1).name();
            var found = outerOf.entrySet().stream()
                    .filter(entry -> entry.getValue().size() > 1)
                    .findFirst()
                    .map(entry -> "%s %s lies in several domains of level %s: %s"
                            .formatted(innerName, entry.getKey(), outerName, String.join(", ", entry.getValue())));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }
}
