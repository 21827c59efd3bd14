package dev.plinth.demo;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;

/** The operator's pods, and which of them leads. */
final class Operators {
    static final String NAMESPACE = "plinth-system";
    static final String NAME = "plinth-operator";

    private Operators() {}

    static List<Pod> pods(KubernetesClient client) {
        return client.pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/name", NAME)
                .list()
                .getItems();
    }

    /** The pod that holds the lease. */
    static Optional<Pod> leader(KubernetesClient client) {
        return Optional.ofNullable(
                        client.leases().inNamespace(NAMESPACE).withName(NAME).get())
                .map(lease -> lease.getSpec().getHolderIdentity())
                .flatMap(holder -> pods(client).stream()
                        .filter(pod -> pod.getMetadata().getName().equals(holder))
                        .findFirst());
    }
}
