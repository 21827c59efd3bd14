package dev.plinth.controller.serving;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangStatus;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.ModelService;
import dev.plinth.api.v1alpha1.ModelServiceStatus;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.Owners;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one pass saw of a model service.
 *
 * @param model the model it names, if there is one
 * @param gangs its own gangs that are not being deleted
 * @param front the Service of its name, whoever owns it
 */
record Observed(ModelService service, Optional<Model> model, List<Gang> gangs, Optional<Service> front) {

    String name() {
        return service.getMetadata().getName();
    }

    String namespace() {
        return service.getMetadata().getNamespace();
    }

    List<Condition> conditionsBefore() {
        return service.reported().map(ModelServiceStatus::conditions).orElse(List.of());
    }

    boolean frontIsTaken() {
        return front.filter(found -> !Owners.owns(service, found)).isPresent();
    }

    /** The replicas as the rollout sees them. */
    List<Replica> replicas() {
        return gangs.stream().map(Observed::replica).toList();
    }

    private static Replica replica(Gang gang) {
        var labels = gang.getMetadata().getLabels();
        var name = gang.getMetadata().getName();
        var ready = gang.reported()
                .map(GangStatus::members)
                .filter(members -> members.ready() >= gang.getSpec().size())
                .isPresent();
        return new Replica(
                name,
                Objects.requireNonNullElse(labels.get(Labels.REVISION), ""),
                Integer.parseInt(name.substring(name.lastIndexOf('-') + 1)),
                ready);
    }
}
