package dev.plinth.controller;

import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.Wakefulness;
import dev.plinth.controller.gang.MemberSettings;
import dev.plinth.controller.kubernetes.ClusterWriter;
import dev.plinth.controller.kubernetes.Writer;
import dev.plinth.controller.report.ReportBook;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

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

    @Produces
    @Singleton
    Wakefulness wakefulness(Clock clock) {
        return new Wakefulness(clock).start();
    }

    void close(@Disposes Wakefulness wakefulness) {
        wakefulness.close();
    }

    @Produces
    @Singleton
    ClusterState clusterState(KubernetesClient client, Clock clock, Wakefulness wakefulness) {
        return new ClusterState(client, clock, wakefulness);
    }

    void close(@Disposes ClusterState cluster) {
        cluster.close();
    }

    @Produces
    @Singleton
    ReportBook reports(Clock clock, Wakefulness wakefulness) {
        return new ReportBook(clock, wakefulness);
    }

    @Produces
    @Singleton
    MemberSettings memberSettings(
            @ConfigProperty(name = "plinth.report.url") Optional<String> url,
            @ConfigProperty(name = "plinth.namespace", defaultValue = "plinth-system") String namespace) {
        return new MemberSettings(url.orElse("http://plinth-operator." + namespace + ".svc:8085/v1/report"));
    }
}
