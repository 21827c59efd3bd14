package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.TrainingJobSpec.Workers;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.NodeFacts;
import dev.plinth.placement.Node;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Reads the nodes of the cluster. */
public final class Hosts {
    private Hosts() {}

    /** The nodes that have what the workers of a job ask for, by name. */
    public static List<Host> of(ClusterState cluster, Workers workers) {
        var resource = WorkerShape.of(workers).resource();
        if (resource.isEmpty()) {
            return List.of();
        }
        var book = cluster.capacity().snapshot();
        return cluster.nodes().stream()
                .filter(node -> carries(node, workers.template().nodeSelector()))
                .filter(node -> amount(node.allocatable().amounts(), resource.get()) > 0)
                .sorted(Comparator.comparing(NodeFacts::name))
                .map(node -> new Host(
                        node.labels(),
                        amount(node.allocatable().amounts(), resource.get()),
                        book.node(node.name())
                                .filter(known -> known.closed().isEmpty())
                                .map(Node::free)
                                .map(free -> amount(free.amounts(), resource.get()))
                                .orElse(0)))
                .toList();
    }

    private static boolean carries(NodeFacts node, Map<String, String> selector) {
        return node.labels().entrySet().containsAll(selector.entrySet());
    }

    private static int amount(Map<String, Long> amounts, String resource) {
        return (int) Math.clamp(amounts.getOrDefault(resource, 0L), 0, Integer.MAX_VALUE);
    }
}
