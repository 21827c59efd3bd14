package dev.plinth.controller.serving;

import dev.plinth.api.v1alpha1.ModelServiceStatus;
import dev.plinth.api.v1alpha1.ModelServiceStatus.ServedModel;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.serving.ServingConditions.Judged;
import dev.plinth.controller.serving.Target.Known;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Composes the status of a model service. */
final class ServingStatus {

    private ServingStatus() {}

    static ModelServiceStatus of(Judged judged, List<Condition> conditions) {
        var service = judged.observed().service();
        return new ModelServiceStatus(
                service.getMetadata().getGeneration(),
                conditions,
                judged.replicas().size(),
                Math.toIntExact(judged.ready()),
                Labels.SERVICE + "=" + judged.observed().name(),
                Front.url(service),
                model(judged));
    }

    /** While nothing newer can be said, the replicas serve what was said last. */
    private static @Nullable ServedModel model(Judged judged) {
        var observed = judged.observed();
        return judged.target() instanceof Known && observed.model().isPresent()
                ? new ServedModel(
                        observed.model().get().getMetadata().getName(),
                        observed.model().get().getSpec().digest())
                : observed.service().reported().map(ModelServiceStatus::model).orElse(null);
    }
}
