package dev.plinth.controller.metrics;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.controller.kubernetes.Leadership;
import io.fabric8.kubernetes.api.model.HasMetadata;
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

    /** Only the leader tells of gangs and jobs, so that none is counted twice. */
    void takeCensus(
            @Observes StartupEvent started, PrometheusRegistry registry, Operator operator, Leadership leadership) {
        GangCensus.register(registry, () -> MetricsParts.<Gang>all(operator, "gang", leadership));
        JobCensus.register(registry, () -> MetricsParts.<TrainingJob>all(operator, "trainingjob", leadership));
    }

    @SuppressWarnings("unchecked") // The controller of that name reconciles that kind.
    private static <R extends HasMetadata> Stream<R> all(Operator operator, String controller, Leadership leadership) {
        return operator.getRegisteredController(controller).filter(registered -> leadership.leading()).stream()
                .flatMap(registered -> ((Controller<R>) registered)
                        .getEventSourceManager()
                        .getControllerEventSource()
                        .list(object -> true));
    }
}
