package dev.plinth.controller.topology;

import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.kubernetes.Leadership;
import dev.plinth.controller.kubernetes.Writer;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Starts the discovery of the topology with the operator that leads, unless the installation forbids it. */
@Singleton
class TopologyParts {

    void start(
            @Observes StartupEvent event,
            ClusterState cluster,
            Writer writer,
            Leadership leadership,
            @ConfigProperty(name = "plinth.topology.discover", defaultValue = "true") boolean discover) {
        if (discover) {
            leadership.whenLeading(() -> new TopologyDiscovery(cluster, writer).keep());
        }
    }
}
