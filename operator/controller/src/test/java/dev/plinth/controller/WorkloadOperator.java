package dev.plinth.controller;

import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.Wakefulness;
import dev.plinth.controller.kubernetes.ClusterWriter;
import dev.plinth.controller.metrics.OperatorMetrics;
import dev.plinth.controller.metrics.ReconcileMetrics;
import dev.plinth.controller.model.ModelReconciler;
import dev.plinth.controller.serving.ModelServiceReconciler;
import dev.plinth.controller.topology.ClusterTopologyReconciler;
import dev.plinth.controller.training.TrainingJobReconciler;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** All controllers, running in this process against a real API server. */
public final class WorkloadOperator implements AutoCloseable {
    private final PrometheusRegistry metrics = new PrometheusRegistry();
    private final GangOperator gangs;
    private final ClusterState cluster;
    private final Operator operator;

    /** Starts them; each call of {@code clients} gives a client that is closed with the operator. */
    public WorkloadOperator(Supplier<KubernetesClient> clients) {
        var clock = Clock.systemUTC();
        var numbers = new OperatorMetrics(metrics);
        gangs = new GangOperator(clients.get(), UnaryOperator.identity(), numbers);
        var client = clients.get();
        cluster = new ClusterState(client, clock, new Wakefulness(clock));
        cluster.start();
        var writer = new ClusterWriter(client, clock);
        var settings = new Settings("plinth.dev/runtime:test", Optional.empty());
        var passes = new ReconcileMetrics(metrics, clock);
        operator = new Operator(overrider -> overrider
                .withKubernetesClient(client)
                .withCloseClientOnStop(true)
                .withMetrics(passes)
                .withUseSSAToPatchPrimaryResource(false)
                .withReconciliationTerminationTimeout(Duration.ofSeconds(5)));
        operator.register(new TrainingJobReconciler(cluster, writer, gangs.reports(), settings, numbers, clock));
        operator.register(new ModelReconciler(writer, clock));
        operator.register(new ModelServiceReconciler(writer, settings, clock));
        operator.register(new ClusterTopologyReconciler(cluster, writer, clock));
        operator.start();
    }

    public PrometheusRegistry metrics() {
        return metrics;
    }

    @Override
    public void close() {
        operator.stop();
        cluster.close();
        gangs.close();
    }
}
