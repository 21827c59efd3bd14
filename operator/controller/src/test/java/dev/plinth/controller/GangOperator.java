package dev.plinth.controller;

import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.Wakefulness;
import dev.plinth.controller.gang.GangReconciler;
import dev.plinth.controller.gang.MemberSettings;
import dev.plinth.controller.kubernetes.ClusterWriter;
import dev.plinth.controller.kubernetes.Writer;
import dev.plinth.controller.metrics.OperatorMetrics;
import dev.plinth.controller.report.ReportBook;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** The gang controller, running in this process against a real API server. */
public final class GangOperator implements AutoCloseable {
    private final Wakefulness wakefulness;
    private final ClusterState state;
    private final ReportBook reports;
    private final Operator operator;

    /** Starts it; {@code around} may put something between the controller and the API server. */
    public GangOperator(KubernetesClient client, UnaryOperator<Writer> around) {
        this(client, around, new OperatorMetrics(new PrometheusRegistry()));
    }

    GangOperator(KubernetesClient client, UnaryOperator<Writer> around, OperatorMetrics metrics) {
        var clock = Clock.systemUTC();
        wakefulness = new Wakefulness(clock).start();
        state = new ClusterState(client, clock, wakefulness);
        reports = new ReportBook(clock, wakefulness);
        operator = new Operator(overrider -> overrider
                .withKubernetesClient(client)
                .withCloseClientOnStop(true)
                .withUseSSAToPatchPrimaryResource(false)
                .withReconciliationTerminationTimeout(Duration.ofSeconds(5)));
        operator.register(new GangReconciler(
                client,
                state,
                around.apply(new ClusterWriter(client, clock)),
                reports,
                new MemberSettings("http://127.0.0.1:8085/v1/report"),
                metrics,
                clock));
        operator.start();
    }

    /** The cluster as this operator sees it. */
    public ClusterState cluster() {
        return state;
    }

    public ReportBook reports() {
        return reports;
    }

    @Override
    public void close() {
        state.close();
        operator.stop();
        wakefulness.close();
    }
}
