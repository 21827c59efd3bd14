package dev.plinth.controller.report;

import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.GangKey;
import dev.plinth.controller.kubernetes.Leadership;
import dev.plinth.controller.kubernetes.LeaseWatch;
import dev.plinth.controller.kubernetes.Writer;
import dev.plinth.controller.metrics.OperatorMetrics;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Starts the report channel with the operator, and the lease that says who of several operators leads. */
@Singleton
class ReportParts {
    private static final Logger LOG = Logger.getLogger(ReportParts.class);

    private static final String LEASE = "plinth-operator";
    private static final String LEASE_SECONDS = "10";
    /** Of the lease's duration: for this share of it the leader goes on trying to renew it. */
    private static final double RENEWED_WITHIN = 0.7;

    private static final double TRIED_EACH = 0.2;

    private final Leadership leadership = new Leadership();
    private @Nullable ReportServer server;

    @Produces
    @Singleton
    LeaderElectionConfiguration lease(
            @ConfigProperty(name = "plinth.namespace", defaultValue = "plinth-system") String namespace,
            @ConfigProperty(name = "plinth.pod-name") Optional<String> identity,
            @ConfigProperty(name = "plinth.lease-seconds", defaultValue = LEASE_SECONDS) int leaseSeconds) {
        var duration = duration(leaseSeconds);
        var builder = LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                .withLeaseNamespace(namespace)
                .withLeaseDuration(duration)
                .withRenewDeadline(shareOf(duration, RENEWED_WITHIN))
                .withRetryPeriod(shareOf(duration, TRIED_EACH))
                .withLeaderCallbacks(new LeaderCallbacks(leadership::begin, ReportParts::endAtOnce, leader -> {}));
        identity.ifPresent(builder::withIdentity);
        return builder.build();
    }

    private static Duration duration(int leaseSeconds) {
        if (leaseSeconds < 5 || leaseSeconds > 300) {
            throw new IllegalArgumentException("plinth.lease-seconds is from 5 to 300, not " + leaseSeconds);
        }
        return Duration.ofSeconds(leaseSeconds);
    }

    private static Duration shareOf(Duration duration, double share) {
        return Duration.ofMillis(Math.round(duration.toMillis() * share));
    }

    @Produces
    @Singleton
    Leadership leadership() {
        return leadership;
    }

    /**
     * Who leads no more writes no more, and stands by as a new process. Not by an orderly exit: the elector calls this under its
     * lock, which its own shutdown hook then waits for.
     */
    private static void endAtOnce() {
        LOG.warn(
                "This operator no longer holds the lease plinth-operator: it could not renew it in time, another holds it, or it was"
                        + " told to end. It ends now; started anew, it stands by. Where the API server or this node is often too busy,"
                        + " make the lease longer (plinth.lease-seconds, leaseSeconds of the chart).");
        for (var handler : java.util.logging.Logger.getLogger("").getHandlers()) {
            handler.flush();
        }
        Runtime.getRuntime().halt(1);
    }

    void start(
            @Observes StartupEvent event,
            Vertx vertx,
            KubernetesClient client,
            ClusterState cluster,
            Writer writer,
            ReportBook book,
            OperatorMetrics metrics,
            Clock clock,
            @ConfigProperty(name = "plinth.report.port", defaultValue = "8085") int port,
            @ConfigProperty(name = "plinth.namespace", defaultValue = "plinth-system") String namespace,
            @ConfigProperty(name = "plinth.pod-name") Optional<String> identity,
            @ConfigProperty(name = "plinth.pod-ip") Optional<String> podIp,
            @ConfigProperty(name = "plinth.lease-seconds", defaultValue = LEASE_SECONDS) int leaseSeconds)
            throws Exception {
        cluster.addListener(book);
        var tokens = new Tokens(client, clock);
        var desk = new ReportDesk(tokens::identify, gang -> formation(cluster, gang), cluster::domainsOf, book);
        var reports = new ReportServer(vertx, port, leadership, desk, ReportServer.SLOWEST, metrics::reportAnswered);
        server = reports;
        leadership.whenLeading(book::listening);
        podIp.ifPresent(address ->
                leadership.whenLeading(() -> new ReportEndpoint(writer, namespace, address, reports.port()).keep()));
        identity.ifPresent(name -> leadership.whenLeading(() ->
                watch(client, namespace, name, duration(leaseSeconds), clock).keep()));
        if (LaunchMode.current() != LaunchMode.NORMAL) {
            // While developing there is one operator and no lease.
            leadership.begin();
        }
    }

    private static LeaseWatch watch(
            KubernetesClient client, String namespace, String identity, Duration duration, Clock clock) {
        return new LeaseWatch(
                () -> lease(client, namespace),
                identity,
                duration.minusSeconds(1),
                clock,
                read -> Thread.ofVirtual().name("lease-read").start(read),
                ReportParts::endAtOnce);
    }

    private static Optional<Lease> lease(KubernetesClient client, String namespace) {
        try {
            return Optional.ofNullable(
                    client.leases().inNamespace(namespace).withName(LEASE).get());
        } catch (KubernetesClientException e) {
            LOG.debugf("cannot read lease %s: %s", LEASE, e.getMessage());
            return Optional.empty();
        }
    }

    void stop(@Observes ShutdownEvent event) {
        if (server != null) {
            server.close();
        }
    }

    private static Optional<Formation> formation(ClusterState cluster, GangKey key) {
        return cluster.gang(key).map(gang -> Formation.of(gang, cluster.podsOf(key)));
    }
}
