package dev.plinth.clusterbench;

import dev.plinth.api.v1alpha1.Gang;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.function.Function;

/** The operator does: one Gang each. */
record ThroughPlinth(KubernetesClient client, Crew crew, Function<Arrival, Gang> render) implements Side {
    @Override
    public void bring(Arrival gang) {
        crew.send(() -> client.resource(render.apply(gang)).create());
    }

    @Override
    public void remove(Arrival gang) {
        crew.send(() -> client.resources(Gang.class)
                .inNamespace(Stage.NAMESPACE)
                .withName(gang.gang())
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete());
    }
}
