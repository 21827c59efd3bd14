package dev.plinth.controller.cluster;

import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.ClusterTopologySpec.Level;
import dev.plinth.placement.Topology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The levels of the network and the node labels that name their domains. Of several ClusterTopologies the first by name counts. */
final class NetworkLevels {
    private final SortedMap<String, List<Level>> topologies = new TreeMap<>();
    private volatile List<Level> levels = List.of();

    /** Takes note of a topology; answers whether the levels in force have changed. */
    synchronized boolean seen(ClusterTopology topology, boolean there) {
        var name = topology.getMetadata().getName();
        if (there) {
            topologies.put(name, topology.getSpec().levels());
        } else {
            topologies.remove(name);
        }
        var before = levels;
        levels = topologies.values().stream().findFirst().orElse(List.of());
        return !levels.equals(before);
    }

    Topology topology() {
        return new Topology(levels.stream().map(Level::name).toList());
    }

    /** Name of the domain by level; a level whose label the node lacks is absent. */
    SortedMap<String, String> domains(Map<String, String> nodeLabels) {
        var domains = new TreeMap<String, String>();
        for (var level : levels) {
            var domain = nodeLabels.get(level.nodeLabel());
            if (domain != null && !domain.isEmpty()) {
                domains.put(level.name(), domain);
            }
        }
        return domains;
    }

    /** The innermost domain that all of these share, as {@code level=name}; empty if they share none. */
    Optional<String> common(Collection<SortedMap<String, String>> domains) {
        return levels.reversed().stream()
                .flatMap(level -> shared(level.name(), domains).stream())
                .findFirst();
    }

    private static Optional<String> shared(String level, Collection<SortedMap<String, String>> domains) {
        var names = domains.stream()
                .map(node -> node.getOrDefault(level, ""))
                .distinct()
                .toList();
        return names.size() == 1 && !names.getFirst().isEmpty()
                ? Optional.of(level + "=" + names.getFirst())
                : Optional.empty();
    }

    /** The domains of a node as text, outermost first and the node itself last. */
    String text(String node, Map<String, String> nodeLabels) {
        var domains = domains(nodeLabels);
        var parts = new ArrayList<String>();
        for (var level : levels) {
            if (domains.containsKey(level.name())) {
                parts.add(level.name() + "=" + domains.get(level.name()));
            }
        }
        parts.add(Topology.HOST + "=" + node);
        return String.join(",", parts);
    }
}
