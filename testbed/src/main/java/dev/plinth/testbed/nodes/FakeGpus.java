package dev.plinth.testbed.nodes;

import dev.plinth.testbed.ClusterSpec;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * GPUs that a real node only claims to have: an extended resource in its status, which scheduler and kubelet honour.
 * Kubelet takes it back when it registers anew, so the status is watched and mended.
 */
public final class FakeGpus implements ResourceEventHandler<Node>, AutoCloseable {
    public static final String RESOURCE = "nvidia.com/gpu";

    private final Map<String, Integer> wanted;
    private final KubernetesClient client;
    private final SharedIndexInformer<Node> informer;

    public FakeGpus(ClusterSpec spec, KubernetesClient client) {
        this.wanted = spec.realNodes().stream()
                .filter(node -> node.gpus() > 0)
                .collect(Collectors.toMap(ClusterSpec.RealNode::name, ClusterSpec.RealNode::gpus));
        this.client = client;
        this.informer = client.nodes()
                .withLabel(SimulatedFleet.KIND, SimulatedFleet.REAL)
                .inform(this);
    }

    @Override
    public void onAdd(Node node) {
        mend(node);
    }

    @Override
    public void onUpdate(Node before, Node node) {
        mend(node);
    }

    @Override
    public void onDelete(Node node, boolean finalStateUnknown) {}

    @Override
    public void close() {
        informer.close();
    }

    /** How many GPUs a node offers to pods. */
    public static int offered(Node node) {
        return node.getStatus() == null
                ? 0
                : Integer.parseInt(node.getStatus()
                        .getAllocatable()
                        .getOrDefault(RESOURCE, new Quantity("0"))
                        .getAmount());
    }

    private void mend(Node node) {
        var name = node.getMetadata().getName();
        var gpus = wanted.getOrDefault(name, 0);
        if (offered(node) == gpus) {
            return;
        }
        var amount = Map.of(RESOURCE, new Quantity(Integer.toString(gpus)));
        try {
            client.nodes().withName(name).editStatus(fresh -> {
                fresh.getStatus().getCapacity().putAll(amount);
                fresh.getStatus().getAllocatable().putAll(amount);
                return fresh;
            });
        } catch (KubernetesClientException conflict) {
            // Kubelet wrote at the same moment; its write comes as the next event.
            return;
        }
    }
}
