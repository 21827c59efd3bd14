package dev.plinth.controller.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Optional;

/** Who an object belongs to; it is removed with its owner. */
public final class Owners {

    private Owners() {}

    /** The reference by which a dependent names the one object that controls it. */
    public static OwnerReference controlledBy(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    /** The one object that controls {@code dependent}: what an event about it must name. */
    public static Optional<HasMetadata> controller(HasMetadata dependent) {
        return dependent.getMetadata().getOwnerReferences().stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                .findFirst()
                .map(reference -> new GenericKubernetesResourceBuilder()
                        .withApiVersion(reference.getApiVersion())
                        .withKind(reference.getKind())
                        .withNewMetadata()
                        .withNamespace(dependent.getMetadata().getNamespace())
                        .withName(reference.getName())
                        .withUid(reference.getUid())
                        .endMetadata()
                        .build());
    }

    /** Whether {@code owner} is the very object (and not one of the same name) that {@code dependent} belongs to. */
    public static boolean owns(HasMetadata owner, HasMetadata dependent) {
        return dependent.getMetadata().getOwnerReferences().stream()
                .anyMatch(reference -> owner.getMetadata().getUid().equals(reference.getUid()));
    }
}
