package dev.plinth.controller.cluster;

import dev.plinth.api.v1alpha1.AcceleratorType;
import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.ClusterTopologySpec;
import dev.plinth.api.v1alpha1.ClusterTopologySpec.Level;
import dev.plinth.placement.Topology;
import dev.plinth.placement.Uplink;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The levels of the network, their uplinks, and the node labels that name their domains. Of several ClusterTopologies the first by name counts. */
public final class NetworkLevels {
    private static final ClusterTopologySpec NONE = new ClusterTopologySpec(List.of());
    private static final BigDecimal BITS_PER_BYTE = BigDecimal.valueOf(8);

    private final SortedMap<String, ClusterTopology> topologies = new TreeMap<>();
    private volatile ClusterTopologySpec inForce = NONE;

    /** Takes note of a topology; answers whether what is in force has changed. */
    synchronized boolean seen(ClusterTopology topology, boolean there) {
        var name = topology.getMetadata().getName();
        if (there) {
            topologies.put(name, topology);
        } else {
            topologies.remove(name);
        }
        var before = inForce;
        inForce = first().map(ClusterTopology::getSpec).orElse(NONE);
        return !inForce.equals(before);
    }

    /** The object that counts. */
    synchronized Optional<ClusterTopology> first() {
        return topologies.values().stream().findFirst();
    }

    /** What is said of accelerators. */
    List<AcceleratorType> accelerators() {
        return inForce.accelerators();
    }

    /** The network in the terms of placement: bytes instead of bits. */
    Topology topology() {
        var links = new ArrayList<Topology.Level>();
        for (var level : inForce.levels()) {
            links.add(new Topology.Level(level.name(), uplink(level.uplink())));
        }
        links.add(new Topology.Level(Topology.HOST, uplink(inForce.hostUplink())));
        return Topology.linked(links.toArray(Topology.Level[]::new));
    }

    /** What an administrator says of an uplink, in bytes instead of bits; the default where he says nothing. */
    public static Uplink uplink(ClusterTopologySpec.@Nullable Uplink said) {
        var given = said == null ? ClusterTopologySpec.Uplink.DEFAULT : said;
        var bits = given.bandwidthPerAccelerator().getNumericalAmount();
        return new Uplink(
                bits.divide(BITS_PER_BYTE).doubleValue(),
                given.oversubscription().getNumericalAmount().doubleValue());
    }

    /** Key of the node label that names the domains of a level; empty if there is no such level. */
    Optional<String> nodeLabel(String level) {
        return level.equals(Topology.HOST)
                ? Optional.of("kubernetes.io/hostname")
                : inForce.levels().stream()
                        .filter(known -> known.name().equals(level))
                        .map(Level::nodeLabel)
                        .findFirst();
    }

    /** Name of the domain by level; a level whose label the node lacks is absent. */
    SortedMap<String, String> domains(Map<String, String> nodeLabels) {
        var domains = new TreeMap<String, String>();
        for (var level : inForce.levels()) {
            var domain = nodeLabels.get(level.nodeLabel());
            if (domain != null && !domain.isEmpty()) {
                domains.put(level.name(), domain);
            }
        }
        return domains;
    }

    /**
     * The innermost domain that all of these share, as {@code level=name}; empty if they share none. A name that they share
     * inside of different domains is not one domain.
     */
    Optional<String> common(Collection<SortedMap<String, String>> domains) {
        var innermost = Optional.<String>empty();
        for (var level : inForce.levels()) {
            var names = domains.stream()
                    .map(node -> node.getOrDefault(level.name(), ""))
                    .distinct()
                    .toList();
            if (names.size() != 1) {
                break;
            }
            var name = names.getFirst();
            innermost = name.isEmpty() ? innermost : Optional.of(level.name() + "=" + name);
        }
        return innermost;
    }

    /** The domains of a node as text, outermost first and the node itself last. */
    String text(String node, Map<String, String> nodeLabels) {
        var domains = domains(nodeLabels);
        var parts = new ArrayList<String>();
        for (var level : inForce.levels()) {
            if (domains.containsKey(level.name())) {
                parts.add(level.name() + "=" + domains.get(level.name()));
            }
        }
        parts.add(Topology.HOST + "=" + node);
        return String.join(",", parts);
    }
}
