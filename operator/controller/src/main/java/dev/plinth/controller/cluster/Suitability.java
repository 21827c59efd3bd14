package dev.plinth.controller.cluster;

import dev.plinth.planner.hardware.Catalogue;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes may serve pods by what they are, whatever is free there.
 *
 * @param selector labels that a node must carry
 * @param tolerations taints that do not matter
 * @param accelerator name in the catalogue of what the pods compute on, absent for CPUs; a node that does not say what it has may
 *     have it
 * @param catalogue what labels of nodes may speak of
 */
public record Suitability(
        Map<String, String> selector, List<Toleration> tolerations, Optional<String> accelerator, Catalogue catalogue) {
    private static final Set<String> FORBIDDING = Set.of("NoSchedule", "NoExecute");

    /** The nodes that may not serve, with the reason that a person is told. */
    public SortedMap<String, String> unsuited(Collection<NodeFacts> nodes) {
        var unsuited = new TreeMap<String, String>();
        var products = accelerator.map(wanted -> products(nodes, wanted)).orElse(Set.of());
        for (var node : nodes) {
            mismatch(node)
                    .or(() -> untolerated(node))
                    .or(() -> accelerator.flatMap(wanted -> other(node, wanted, products)))
                    .ifPresent(why -> unsuited.put(node.name(), why));
        }
        return unsuited;
    }

    /**
     * The affinity by which somebody else's scheduler keeps pods off nodes that say they have another accelerator; empty if there are
     * none. Labels and taints it reads from the pods themselves.
     */
    public Optional<Affinity> affinity(Collection<NodeFacts> nodes) {
        var products = accelerator.map(wanted -> products(nodes, wanted)).orElse(Set.of());
        var others = NodeFacts.PRODUCT_LABELS.stream()
                .map(label -> new NodeSelectorRequirement(
                        label,
                        "NotIn",
                        nodes.stream()
                                .flatMap(node ->
                                        Optional.ofNullable(node.labels().get(label)).stream())
                                .filter(product -> !products.contains(product))
                                .distinct()
                                .sorted()
                                .toList()))
                .filter(each -> accelerator.isPresent() && !each.getValues().isEmpty())
                .toList();
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(new AffinityBuilder()
                        .withNewNodeAffinity()
                        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                        .addNewNodeSelectorTerm()
                        .withMatchExpressions(others)
                        .endNodeSelectorTerm()
                        .endRequiredDuringSchedulingIgnoredDuringExecution()
                        .endNodeAffinity()
                        .build());
    }

    private Optional<String> mismatch(NodeFacts node) {
        return selector.entrySet().stream()
                .filter(wanted -> !wanted.getValue().equals(node.labels().get(wanted.getKey())))
                .findFirst()
                .map(wanted -> "lacks the label " + wanted.getKey() + "=" + wanted.getValue());
    }

    private Optional<String> untolerated(NodeFacts node) {
        return node.taints().stream()
                .filter(taint -> FORBIDDING.contains(taint.getEffect()))
                .filter(taint -> tolerations.stream().noneMatch(toleration -> tolerates(toleration, taint)))
                .findFirst()
                .map(taint -> "has the taint " + taint.getKey());
    }

    private static Optional<String> other(NodeFacts node, String wanted, Set<String> products) {
        return node.product()
                .filter(product -> !products.contains(product))
                .map(product -> "has %s, not %s".formatted(product, wanted));
    }

    /** What the nodes that have the accelerator say they have. */
    private Set<String> products(Collection<NodeFacts> nodes, String wanted) {
        return catalogue.labels(
                wanted, nodes.stream().flatMap(node -> node.product().stream()).toList());
    }

    private static boolean tolerates(Toleration toleration, Taint taint) {
        boolean effect =
                isBlank(toleration.getEffect()) || toleration.getEffect().equals(taint.getEffect());
        boolean key = isBlank(toleration.getKey()) || toleration.getKey().equals(taint.getKey());
        boolean value = "Exists".equals(toleration.getOperator())
                || Optional.ofNullable(toleration.getValue())
                        .orElse("")
                        .equals(Optional.ofNullable(taint.getValue()).orElse(""));
        return effect && key && value;
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isEmpty();
    }
}
