package dev.plinth.controller.serving;

import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.ModelStatus;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.model.ModelLocation;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Optional;

/** What the replicas are to become, or why that cannot be said now. */
sealed interface Target {

    /** Replicas are to be of this revision. */
    record Known(Revision revision) implements Target {}

    /**
     * Replicas stay as they are.
     *
     * @param message what is waited for and what to do
     */
    record Waiting(String reason, String message) implements Target {}

    static Target of(Observed observed, String runtimeImage) {
        if (observed.frontIsTaken()) {
            return new Waiting(
                    "ServiceNameTaken",
                    "Service %s exists and belongs to something else; delete it or give this ModelService another name."
                            .formatted(observed.name()));
        }
        var wanted = observed.service().getSpec().model().name();
        return observed.model()
                .map(model -> ofModel(observed, model, runtimeImage))
                .orElseGet(() -> new Waiting(
                        "ModelNotFound",
                        "There is no Model %s in namespace %s yet; the service starts by itself when a training job publishes it or you create it."
                                .formatted(wanted, observed.namespace())));
    }

    private static Target ofModel(Observed observed, Model model, String runtimeImage) {
        var location = ModelLocation.parse(model.getSpec().source().uri());
        var judgement = judgement(model);
        var ready = judgement.filter(condition -> "True".equals(condition.getStatus()));
        return location.isPresent() && ready.isPresent()
                ? new Known(Revision.of(observed.service(), model, location.get(), runtimeImage))
                : new Waiting(
                        "ModelNotReady",
                        "Model %s is not ready: %s"
                                .formatted(
                                        model.getMetadata().getName(),
                                        judgement.map(Condition::getMessage).orElse("it has not been looked at yet.")));
    }

    /** What is said of the model as it is now, and not as it was before its last change. */
    private static Optional<Condition> judgement(Model model) {
        return model.reported()
                .map(ModelStatus::conditions)
                .flatMap(conditions -> Conditions.find(conditions, "Ready"))
                .filter(condition -> model.getMetadata().getGeneration().equals(condition.getObservedGeneration()));
    }
}
