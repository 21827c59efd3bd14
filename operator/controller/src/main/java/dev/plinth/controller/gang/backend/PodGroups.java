package dev.plinth.controller.gang.backend;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.Owners;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;

/** The group that the pods of a gang are one of, for those schedulers that need one. */
final class PodGroups {
    /** With the longest name of a gang and the dash the 63 characters of a label. */
    private static final int UID_CHARACTERS = 7;

    private PodGroups() {}

    /** Name of the group: unlike that of the gang it is never used again. */
    static String name(Gang gang) {
        var metadata = gang.getMetadata();
        return metadata.getName() + "-" + metadata.getUid().substring(0, UID_CHARACTERS);
    }

    /** An object of that kind, which goes with its gang. */
    static HasMetadata of(Gang gang, String api, String kind, Map<String, Object> spec) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(api)
                .withKind(kind)
                .withNewMetadata()
                .withName(name(gang))
                .withNamespace(gang.getMetadata().getNamespace())
                .addToLabels(Labels.GANG, gang.getMetadata().getName())
                .withOwnerReferences(Owners.controlledBy(gang))
                .endMetadata()
                .addToAdditionalProperties("spec", spec)
                .build();
    }
}
