package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.contract.MemberName;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.Owners;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Map;

/** The headless Service under which members find each other, also before they are ready: that is when they meet. */
final class GangService {
    private GangService() {}

    static Service of(Gang gang) {
        var metadata = gang.getMetadata();
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(MemberName.service(metadata.getName()))
                .withNamespace(metadata.getNamespace())
                .addToLabels(Labels.GANG, metadata.getName())
                .withOwnerReferences(Owners.controlledBy(gang))
                .endMetadata()
                .withNewSpec()
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .withSelector(Map.of(Labels.GANG, metadata.getName(), Labels.IN_SERVICE, Labels.YES))
                .endSpec()
                .build();
    }
}
