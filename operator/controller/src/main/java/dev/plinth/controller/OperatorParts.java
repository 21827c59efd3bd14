package dev.plinth.controller;

import dev.plinth.controller.kubernetes.ClusterWriter;
import dev.plinth.controller.kubernetes.Writer;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Puts the parts of the operator together; the parts themselves know nothing of the container that holds them. */
@Dependent
class OperatorParts {

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    Writer writer(KubernetesClient client, Clock clock) {
        return new ClusterWriter(client, clock);
    }
}
