package dev.plinth.testbed.cli;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.LocalCluster;
import dev.plinth.testbed.nodes.FakeGpus;
import dev.plinth.testbed.nodes.NodeReadiness;
import dev.plinth.testbed.nodes.RealNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a cluster consists of and how it is, as text. */
final class Status {
    private final LocalCluster cluster;
    private final Map<String, Node> nodes;
    private final Map<String, Integer> gpusInUse;

    private Status(LocalCluster cluster) {
        this.cluster = cluster;
        this.nodes = cluster.client().nodes().list().getItems().stream()
                .collect(Collectors.toMap(node -> node.getMetadata().getName(), Function.identity()));
        this.gpusInUse = gpusInUse(cluster);
    }

    static String of(LocalCluster cluster) {
        return new Status(cluster).text();
    }

    private String text() {
        var lines = new ArrayList<String>();
        lines.add("cluster     %s, Kubernetes %s, KUBECONFIG=%s"
                .formatted(
                        cluster.spec().name(),
                        cluster.client().getKubernetesVersion().getGitVersion(),
                        cluster.kubeconfig()));
        var ended = cluster.components().stream().filter(each -> !each.alive()).toList();
        lines.add("components  %d running".formatted(cluster.components().size() - ended.size()));
        ended.forEach(each -> lines.add("            %s ended; see %s".formatted(each.name(), each.log())));
        lines.add("");
        lines.add("%-16s %-10s %8s %12s  %s".formatted("NODE", "KIND", "READY", "GPUS IN USE", "LABELS"));
        cluster.nodes().forEach(node -> lines.add(row(node)));
        cluster.spec().simulatedNodes().forEach(group -> lines.add(row(group)));
        if (!cluster.nodes().isEmpty()) {
            lines.add("");
            lines.add("IMAGE");
            cluster.nodes().stream()
                    .flatMap(node -> node.images().stream())
                    .distinct()
                    .sorted()
                    .forEach(lines::add);
        }
        return String.join("\n", lines);
    }

    private String row(RealNode node) {
        var labels = cluster.spec().realNodes().stream()
                .filter(each -> each.name().equals(node.name()))
                .map(each -> text(each.labels()))
                .collect(Collectors.joining());
        return row(node.name(), "real", node.running() ? "" : " (killed)", labels, node.name()::equals);
    }

    private static String text(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .sorted()
                .collect(Collectors.joining(","));
    }

    private String row(ClusterSpec.SimulatedNodes group) {
        return row(
                group.prefix() + "-*",
                "simulated",
                "",
                text(group.labels()),
                name -> name.startsWith(group.prefix() + "-"));
    }

    private String row(String title, String kind, String note, String labels, Predicate<String> member) {
        var members = nodes.values().stream()
                .filter(node -> member.test(node.getMetadata().getName()))
                .toList();
        var ready = members.stream().filter(NodeReadiness::ready).count();
        var gpus = members.stream().mapToInt(FakeGpus::offered).sum();
        var used = members.stream()
                .mapToInt(node -> gpusInUse.getOrDefault(node.getMetadata().getName(), 0))
                .sum();
        return "%-16s %-10s %8s %12s  %s"
                .formatted(title, kind, ready + "/" + members.size(), used + "/" + gpus, labels + note);
    }

    private static Map<String, Integer> gpusInUse(LocalCluster cluster) {
        return cluster.client().pods().inAnyNamespace().list().getItems().stream()
                .filter(pod -> pod.getSpec().getNodeName() != null)
                .filter(pod ->
                        !List.of("Succeeded", "Failed").contains(pod.getStatus().getPhase()))
                .collect(Collectors.groupingBy(
                        pod -> pod.getSpec().getNodeName(),
                        Collectors.summingInt(pod -> pod.getSpec().getContainers().stream()
                                .filter(container -> container.getResources() != null
                                        && container.getResources().getLimits() != null)
                                .mapToInt(container -> Integer.parseInt(container
                                        .getResources()
                                        .getLimits()
                                        .getOrDefault(FakeGpus.RESOURCE, new Quantity("0"))
                                        .getAmount()))
                                .sum())));
    }
}
