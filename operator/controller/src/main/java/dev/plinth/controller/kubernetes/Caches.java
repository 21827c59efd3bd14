package dev.plinth.controller.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Optional;
import java.util.stream.Stream;

/** Watched kinds beside a controller's own, as plain caches: found by name, whoever owns the object. */
public final class Caches {

    private Caches() {}

    /** Watches a kind for a controller; {@code wakes} says which of the controller's own objects a change concerns. */
    public static <R extends HasMetadata, P extends HasMetadata> EventSource<R, P> watch(
            Class<R> kind, EventSourceContext<P> context, SecondaryToPrimaryMapper<R> wakes) {
        return source(InformerEventSourceConfiguration.from(kind, context.getPrimaryResourceClass()), context, wakes);
    }

    /** As above, but only for objects that carry a label. */
    public static <R extends HasMetadata, P extends HasMetadata> EventSource<R, P> watch(
            Class<R> kind, String label, EventSourceContext<P> context, SecondaryToPrimaryMapper<R> wakes) {
        return source(
                InformerEventSourceConfiguration.from(kind, context.getPrimaryResourceClass())
                        .withLabelSelector(label),
                context,
                wakes);
    }

    private static <R extends HasMetadata, P extends HasMetadata> EventSource<R, P> source(
            InformerEventSourceConfiguration.Builder<R> configuration,
            EventSourceContext<P> context,
            SecondaryToPrimaryMapper<R> wakes) {
        return new InformerEventSource<>(
                configuration
                        .withSecondaryToPrimaryMapper(wakes)
                        // The framework's filter of own events may swallow a change of somebody else.
                        .withComparableResourceVersion(false)
                        .build(),
                context);
    }

    /** The object of that name, if the cache has it. */
    public static <R extends HasMetadata> Optional<R> find(
            Context<?> context, Class<R> kind, String namespace, String name) {
        return cache(context, kind).get(new ResourceID(name, namespace));
    }

    /** All objects of a namespace. */
    public static <R extends HasMetadata> Stream<R> list(Context<?> context, Class<R> kind, String namespace) {
        return cache(context, kind)
                .list(object -> namespace.equals(object.getMetadata().getNamespace()));
    }

    @SuppressWarnings("unchecked") // A source of R made by watch() is a cache of R.
    private static <R extends HasMetadata> Cache<R> cache(Context<?> context, Class<R> kind) {
        return (Cache<R>) context.eventSourceRetriever().getEventSourceFor(kind);
    }
}
