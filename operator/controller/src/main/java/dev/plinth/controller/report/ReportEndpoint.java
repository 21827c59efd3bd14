package dev.plinth.controller.report;

import dev.plinth.controller.kubernetes.FieldManager;
import dev.plinth.controller.kubernetes.Writer;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Points the Service {@code plinth-operator}, which has no selector, at the leader: members reach the one operator that
 * answers. Written when leadership begins, and again at times, in case somebody removed it.
 */
final class ReportEndpoint {
    private static final Logger LOG = Logger.getLogger(ReportEndpoint.class);
    private static final String SERVICE = "plinth-operator";
    private static final Duration AGAIN = Duration.ofSeconds(30);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Writer writer;
    private final EndpointSlice slice;

    ReportEndpoint(Writer writer, String namespace, String address, int port) {
        this.writer = writer;
        this.slice = new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(SERVICE)
                .withNamespace(namespace)
                .addToLabels("kubernetes.io/service-name", SERVICE)
                .addToLabels("endpointslice.kubernetes.io/managed-by", "plinth.dev")
                .endMetadata()
                .withAddressType(address.contains(":") ? "IPv6" : "IPv4")
                .addNewEndpoint()
                .withAddresses(address)
                .withNewConditions()
                .withReady(true)
                .endConditions()
                .endEndpoint()
                .addNewPort()
                .withName("report")
                .withPort(port)
                .withProtocol("TCP")
                .endPort()
                .build();
    }

    /** Keeps the Service pointed here until the process ends. */
    void keep() {
        Thread.ofVirtual().name("report-endpoint").start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    Thread.sleep(write() ? AGAIN : AFTER_FAILURE);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
    }

    private boolean write() {
        try {
            writer.apply(FieldManager.OPERATOR, slice);
            return true;
        } catch (KubernetesClientException e) {
            LOG.warnf("cannot point Service %s here, will try again: %s", SERVICE, e.getMessage());
            return false;
        }
    }
}
