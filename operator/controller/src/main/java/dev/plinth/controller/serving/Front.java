package dev.plinth.controller.serving;

import dev.plinth.api.v1alpha1.ModelService;
import dev.plinth.controller.contract.SharedEnvironment;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.Owners;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.Map;

/** The Service before all replicas, of whatever revision: requests go to those that are ready. */
final class Front {

    private static final int PORT = 80;

    private Front() {}

    static Service of(ModelService service) {
        var name = service.getMetadata().getName();
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(service.getMetadata().getNamespace())
                .addToLabels(Labels.SERVICE, name)
                .withOwnerReferences(Owners.controlledBy(service))
                .endMetadata()
                .withNewSpec()
                .withSelector(selector(name))
                .addNewPort()
                .withName("http")
                .withProtocol("TCP")
                .withPort(PORT)
                .withNewTargetPort(SharedEnvironment.SERVING_PORT)
                .endPort()
                .endSpec()
                .build();
    }

    /** Pods of the service, less those that were replaced and may still run on a lost node. */
    static Map<String, String> selector(String service) {
        return Map.of(Labels.SERVICE, service, Labels.IN_SERVICE, "true");
    }

    static String url(ModelService service) {
        var metadata = service.getMetadata();
        return "http://%s.%s.svc".formatted(metadata.getName(), metadata.getNamespace());
    }

    static boolean isAsDesired(Service front, Service desired) {
        return front.getSpec().getSelector().equals(desired.getSpec().getSelector())
                && front.getSpec().getPorts().stream().anyMatch(port -> samePort(port, desired));
    }

    private static boolean samePort(ServicePort port, Service desired) {
        return desired.getSpec().getPorts().stream()
                .anyMatch(wanted -> wanted.getPort().equals(port.getPort())
                        && wanted.getTargetPort().equals(port.getTargetPort()));
    }
}
