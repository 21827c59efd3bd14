package dev.plinth.controller.cluster;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/** The node affinity by which a decided place is given to the scheduler, which then verifies and binds. */
public final class NodePin {
    /** The scheduler looks this field up instead of filtering all nodes. */
    private static final String FIELD = "metadata.name";

    private NodePin() {}

    /** An affinity that leaves one node. */
    public static Affinity to(String node) {
        return new AffinityBuilder()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addNewMatchField()
                .withKey(FIELD)
                .withOperator("In")
                .withValues(node)
                .endMatchField()
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .build();
    }

    /** The node a pod was made for. */
    static Optional<String> of(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getAffinity())
                .map(Affinity::getNodeAffinity)
                .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
                .flatMap(required -> required.getNodeSelectorTerms().stream()
                        .flatMap(term -> term.getMatchFields().stream())
                        .filter(match -> FIELD.equals(match.getKey()))
                        .flatMap(match -> match.getValues().stream())
                        .findFirst());
    }
}
