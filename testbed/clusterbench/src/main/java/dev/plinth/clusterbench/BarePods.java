package dev.plinth.clusterbench;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nobody does: the operator's own pods, without an owner, each with the affinity to a node that somebody knows beforehand. */
final class BarePods implements Side {
    private static final String GANG = "plinth.dev/gang";

    private final KubernetesClient client;
    private final Crew crew;
    private final Pod sample;
    private final Slots slots;
    private final boolean withService;
    private final Map<String, List<Integer>> nodes = new HashMap<>();

    /**
     * @param sample a pod that the operator made
     * @param withService whether the members of a gang find each other by name, as those that the operator makes: through a headless
     *     Service, which Kubernetes' own controllers keep up to date
     */
    BarePods(KubernetesClient client, Crew crew, Pod sample, Slots slots, boolean withService) {
        this.client = client;
        this.crew = crew;
        this.sample = sample;
        this.slots = slots;
        this.withService = withService;
    }

    @Override
    public void bring(Arrival gang) {
        var taken = slots.take(gang.members());
        nodes.put(gang.gang(), taken);
        if (withService) {
            client.resource(service(gang.gang())).create();
        }
        for (int i = 0; i < taken.size(); i++) {
            var pod = pinned(like(sample, Arrival.pod(gang.gang(), i)), Stage.node(taken.get(i)));
            crew.send(() -> client.resource(pod).create());
        }
    }

    @Override
    public void remove(Arrival gang) {
        removePods(client, crew, gang);
        if (withService) {
            crew.send(() -> client.resource(service(gang.gang())).delete());
        }
        slots.giveBack(nodes.getOrDefault(gang.gang(), List.of()));
    }

    static void removePods(KubernetesClient client, Crew crew, Arrival gang) {
        for (int i = 0; i < gang.members(); i++) {
            var name = Arrival.pod(gang.gang(), i);
            crew.send(() ->
                    client.pods().inNamespace(Stage.NAMESPACE).withName(name).delete());
        }
    }

    /** Another pod like that one, of nobody, for a member of another gang. */
    static Pod like(Pod sample, String name) {
        return new PodBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withName(name)
                        .withNamespace(Stage.NAMESPACE)
                        .withLabels(sample.getMetadata().getLabels())
                        .addToLabels(GANG, Arrival.gangOf(name))
                        .build())
                .withSpec(sample.getSpec())
                .editSpec()
                .withNodeName(null)
                .endSpec()
                .build();
    }

    private static Service service(String gang) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(gang)
                .withNamespace(Stage.NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .withSelector(Map.of(GANG, gang))
                .endSpec()
                .build();
    }

    private static Pod pinned(Pod pod, String node) {
        return new PodBuilder(pod)
                .editSpec()
                .editAffinity()
                .editNodeAffinity()
                .editRequiredDuringSchedulingIgnoredDuringExecution()
                .editFirstNodeSelectorTerm()
                .editFirstMatchField()
                .withValues(node)
                .endMatchField()
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .endSpec()
                .build();
    }
}
