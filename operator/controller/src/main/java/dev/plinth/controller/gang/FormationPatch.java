package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec.Formation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import java.util.Map;

/** The one part of a gang's spec that the gang controller owns; the rest belongs to whoever wrote the gang. */
final class FormationPatch {
    private FormationPatch() {}

    static GenericKubernetesResource of(Gang gang, Formation formation) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(gang.getApiVersion())
                .withKind(gang.getKind())
                .withNewMetadata()
                .withName(gang.getMetadata().getName())
                .withNamespace(gang.getMetadata().getNamespace())
                .withUid(gang.getMetadata().getUid())
                .endMetadata()
                .withAdditionalProperties(Map.of("spec", Map.of("formation", formation)))
                .build();
    }
}
