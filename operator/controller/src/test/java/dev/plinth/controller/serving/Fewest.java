package dev.plinth.controller.serving;

import dev.plinth.api.v1alpha1.ModelService;
import dev.plinth.api.v1alpha1.ModelServiceStatus;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers the fewest ready replicas that any version of a service had. */
record Fewest(AtomicInteger seen) implements ResourceEventHandler<ModelService> {

    @Override
    public void onAdd(ModelService service) {
        look(service);
    }

    @Override
    public void onUpdate(ModelService before, ModelService service) {
        look(service);
    }

    @Override
    public void onDelete(ModelService service, boolean finalStateUnknown) {}

    private void look(ModelService service) {
        service.reported()
                .map(ModelServiceStatus::readyReplicas)
                .ifPresent(ready -> seen.accumulateAndGet(ready, Math::min));
    }
}
