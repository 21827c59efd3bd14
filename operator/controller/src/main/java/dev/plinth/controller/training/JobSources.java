package dev.plinth.controller.training;

import static java.util.stream.Collectors.toSet;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.controller.kubernetes.Caches;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import java.util.Set;

/** What else a training job depends on: the gang of its name, and the model of its output's name. */
final class JobSources {

    private static final String BY_OUTPUT = "output";

    private JobSources() {}

    static List<EventSource<?, TrainingJob>> prepare(EventSourceContext<TrainingJob> context) {
        var jobs = context.getPrimaryCache();
        jobs.addIndexer(BY_OUTPUT, job -> {
            var output = job.getSpec().output();
            return output == null ? List.of() : List.of(key(job, output.model()));
        });
        return List.of(
                Caches.watch(Gang.class, context, gang -> Set.of(ResourceID.fromResource(gang))),
                Caches.watch(
                        Model.class,
                        context,
                        model -> jobs
                                .byIndex(
                                        BY_OUTPUT,
                                        key(model, model.getMetadata().getName()))
                                .stream()
                                .map(ResourceID::fromResource)
                                .collect(toSet())));
    }

    private static String key(HasMetadata inNamespace, String model) {
        return inNamespace.getMetadata().getNamespace() + "/" + model;
    }
}
