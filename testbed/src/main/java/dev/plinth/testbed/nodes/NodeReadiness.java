package dev.plinth.testbed.nodes;

import io.fabric8.kubernetes.api.model.Node;

/** What a node's conditions say. */
public final class NodeReadiness {
    private NodeReadiness() {}

    public static boolean ready(Node node) {
        return node.getStatus() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(each -> each.getType().equals("Ready")
                                && each.getStatus().equals("True"));
    }
}
