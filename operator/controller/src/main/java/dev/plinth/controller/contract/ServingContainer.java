package dev.plinth.controller.contract;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;

/** How the cluster watches and ends the container of an inference server. */
public final class ServingContainer {

    /**
     * Seconds between "this replica is going" and SIGTERM, in which the proxies of all nodes learn to send it nothing
     * new. After SIGTERM the server refuses new requests and answers those under way.
     */
    private static final long FAREWELL_SECONDS = 3;

    private ServingContainer() {}

    /**
     * The container with probes on the server's port: it gets requests while {@code /ready} answers 200, which is once
     * the weights are loaded and until it drains.
     */
    public static Container watched(Container container) {
        return new ContainerBuilder(container)
                .addNewPort()
                .withName("http")
                .withContainerPort(SharedEnvironment.SERVING_PORT)
                .endPort()
                .withNewReadinessProbe()
                .withNewHttpGet()
                .withPath("/ready")
                .withNewPort(SharedEnvironment.SERVING_PORT)
                .endHttpGet()
                .withPeriodSeconds(1)
                .withTimeoutSeconds(2)
                .withFailureThreshold(2)
                .endReadinessProbe()
                .withNewLifecycle()
                .withNewPreStop()
                .withNewSleep(FAREWELL_SECONDS)
                .endPreStop()
                .endLifecycle()
                .build();
    }
}
