package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.ClusterTopologySpec;
import dev.plinth.api.v1alpha1.TrainingJobSpec.Workers;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.NetworkLevels;
import dev.plinth.controller.cluster.NodeFacts;
import dev.plinth.placement.Node;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Reads the nodes of the cluster and the network between them. */
public final class Sites {
    private Sites() {}

    /** The nodes that have what the workers of a job ask for. */
    public static Site of(ClusterState cluster, Workers workers) {
        var network = cluster.topology().map(ClusterTopology::getSpec);
        return new Site(
                hosts(cluster, workers),
                network.map(ClusterTopologySpec::levels).orElse(List.of()).reversed().stream()
                        .map(level -> new Site.Level(level.name(), bytesPerSecond(level.uplink())))
                        .toList(),
                bytesPerSecond(network.map(ClusterTopologySpec::hostUplink).orElse(null)));
    }

    private static OptionalDouble bytesPerSecond(ClusterTopologySpec.@Nullable Uplink said) {
        return said == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(NetworkLevels.uplink(said).guaranteed());
    }

    private static List<Host> hosts(ClusterState cluster, Workers workers) {
        var resource = WorkerShape.of(workers).resource();
        if (resource.isEmpty()) {
            return List.of();
        }
        var book = cluster.capacity().snapshot();
        return cluster.nodes().stream()
                .filter(node -> carries(node, workers.template().nodeSelector()))
                .filter(node -> amount(node.allocatable().amounts(), resource.get()) > 0)
                .sorted(Comparator.comparing(NodeFacts::name))
                .map(node -> host(node, book.node(node.name()), resource.get()))
                .toList();
    }

    private static Host host(NodeFacts node, Optional<Node> known, String resource) {
        return new Host(
                node.labels(),
                known.map(Node::domains).orElse(Collections.emptySortedMap()),
                amount(node.allocatable().amounts(), resource),
                known.filter(each -> each.closed().isEmpty())
                        .map(each -> amount(each.free().amounts(), resource))
                        .orElse(0));
    }

    private static boolean carries(NodeFacts node, Map<String, String> selector) {
        return node.labels().entrySet().containsAll(selector.entrySet());
    }

    private static int amount(Map<String, Long> amounts, String resource) {
        return (int) Math.clamp(amounts.getOrDefault(resource, 0L), 0, Integer.MAX_VALUE);
    }
}
