package dev.plinth.controller.metrics;

import dev.plinth.api.v1alpha1.Gang;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.Controller;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.stream.Stream;

/** Makes the registry and what fills it. */
@Dependent
class MetricsParts {

    @Produces
    @Singleton
    PrometheusRegistry registry() {
        var registry = new PrometheusRegistry();
        JvmMetrics.builder().register(registry);
        return registry;
    }

    @Produces
    @Singleton
    OperatorMetrics operatorMetrics(PrometheusRegistry registry) {
        return new OperatorMetrics(registry);
    }

    @Produces
    @Singleton
    ReconcileMetrics reconcileMetrics(PrometheusRegistry registry, Clock clock) {
        return new ReconcileMetrics(registry, clock);
    }

    void countGangs(@Observes StartupEvent started, PrometheusRegistry registry, Operator operator) {
        GangCensus.register(registry, () -> gangs(operator));
    }

    private static Stream<Gang> gangs(Operator operator) {
        return operator.getRegisteredController("gang")
                .map(controller -> ((Controller<Gang>) controller)
                        .getEventSourceManager()
                        .getControllerEventSource()
                        .list(gang -> true))
                .orElse(Stream.of());
    }
}
