package dev.plinth.controller.cluster;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.function.BiConsumer;

/** Every event of an informer as one call: the object, and whether it is there. */
record AnyChange<T>(BiConsumer<T, Boolean> seen) implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
        seen.accept(object, true);
    }

    @Override
    public void onUpdate(T before, T object) {
        seen.accept(object, true);
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {
        seen.accept(object, false);
    }
}
