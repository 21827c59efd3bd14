package dev.plinth.clusterbench;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** kube-scheduler alone: the same pods in a PodGroup that asks for one domain of the network (KEP-5732). */
record NativePodGroups(KubernetesClient client, Crew crew, Pod sample, Function<Arrival, String> label)
        implements Side {
    private static final String API = "scheduling.k8s.io/v1beta1";
    private static final String KIND = "PodGroup";

    @Override
    public void bring(Arrival gang) {
        client.resource(group(gang)).create();
        for (int i = 0; i < gang.members(); i++) {
            var pod = new PodBuilder(BarePods.like(sample, Arrival.pod(gang.gang(), i)))
                    .editSpec()
                    .withAffinity(null)
                    .withNewSchedulingGroup(gang.gang())
                    .endSpec()
                    .build();
            crew.send(() -> client.resource(pod).create());
        }
    }

    @Override
    public void remove(Arrival gang) {
        BarePods.removePods(client, crew, gang);
        crew.send(() -> client.genericKubernetesResources(API, KIND)
                .inNamespace(Stage.NAMESPACE)
                .withName(gang.gang())
                .delete());
    }

    private GenericKubernetesResource group(Arrival gang) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(API)
                .withKind(KIND)
                .withNewMetadata()
                .withName(gang.gang())
                .withNamespace(Stage.NAMESPACE)
                .endMetadata()
                .withAdditionalProperties(Map.of(
                        "spec",
                        Map.of(
                                "schedulingPolicy",
                                Map.of("gang", Map.of("minCount", gang.members())),
                                "schedulingConstraints",
                                Map.of("topology", List.of(Map.of("key", label.apply(gang)))))))
                .build();
    }
}
