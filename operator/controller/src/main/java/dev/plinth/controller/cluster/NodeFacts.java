package dev.plinth.controller.cluster;

import dev.plinth.placement.Resources;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is kept of a node.
 *
 * @param ready the status of its condition {@code Ready}: True, False or Unknown
 * @param readySince since when we see it so, by our own clock
 * @param unschedulable whether it is cordoned
 */
public record NodeFacts(
        String name,
        Map<String, String> labels,
        List<Taint> taints,
        Resources allocatable,
        String ready,
        Instant readySince,
        boolean unschedulable,
        boolean deleting) {

    /** Written by NVIDIA's GPU feature discovery and AMD's node labeller. */
    public static final List<String> PRODUCT_LABELS = List.of("nvidia.com/gpu.product", "amd.com/gpu.product-name");

    /** Nodes that carry the same value of one of these share a domain of NVLink; written by NVIDIA's GPU feature discovery, Topograph and Amazon. */
    public static final List<String> LINK_LABELS = List.of(
            "nvidia.com/gpu.clique",
            "accelerator.topograph.run/domain",
            "network.topology.nvidia.com/accelerator",
            "topology.k8s.aws/ultraserver-id");

    /** Reads a node. {@code before} is what was known of it, for the time its readiness last changed. */
    static NodeFacts of(Node node, Optional<NodeFacts> before, Instant now) {
        var ready = Optional.ofNullable(node.getStatus())
                .flatMap(status -> status.getConditions().stream()
                        .filter(condition -> "Ready".equals(condition.getType()))
                        .findFirst())
                .map(NodeCondition::getStatus)
                .orElse("Unknown");
        var metadata = node.getMetadata();
        var spec = Optional.ofNullable(node.getSpec()).orElseGet(NodeSpec::new);
        return new NodeFacts(
                metadata.getName(),
                Map.copyOf(Optional.ofNullable(metadata.getLabels()).orElse(Map.of())),
                List.copyOf(spec.getTaints()),
                Amounts.of(node.getStatus() == null ? null : node.getStatus().getAllocatable()),
                ready,
                before.filter(last -> last.ready().equals(ready))
                        .map(NodeFacts::readySince)
                        .orElse(now),
                Boolean.TRUE.equals(spec.getUnschedulable()),
                metadata.getDeletionTimestamp() != null);
    }

    /** The node without what nobody here reads, above all the list of its images. */
    static Node pruned(Node node) {
        var metadata = node.getMetadata();
        return new NodeBuilder()
                .withNewMetadata()
                .withName(metadata.getName())
                .withLabels(metadata.getLabels())
                .withResourceVersion(metadata.getResourceVersion())
                .withDeletionTimestamp(metadata.getDeletionTimestamp())
                .endMetadata()
                .withSpec(node.getSpec())
                .withNewStatus()
                .withAllocatable(
                        node.getStatus() == null ? null : node.getStatus().getAllocatable())
                .withConditions(
                        node.getStatus() == null ? List.of() : node.getStatus().getConditions())
                .endStatus()
                .build();
    }

    /** The accelerator as the labels of the node name it. */
    public Optional<String> product() {
        return first(PRODUCT_LABELS);
    }

    /** The domain of a link between nodes that its labels name. */
    public Optional<String> linkDomain() {
        return first(LINK_LABELS);
    }

    private Optional<String> first(List<String> keys) {
        return keys.stream()
                .flatMap(key -> Optional.ofNullable(labels.get(key)).stream())
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    /** Why no pod may be placed here now. */
    Optional<String> closed() {
        if (deleting) {
            return Optional.of("is being deleted");
        }
        if (unschedulable) {
            return Optional.of("is cordoned");
        }
        return ready.equals("True") ? Optional.empty() : Optional.of("is not ready");
    }
}
