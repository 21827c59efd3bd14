package dev.plinth.controller.metrics;

import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.api.v1alpha1.TrainingJobStatus.Progress;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** How far each job is, read from its status at the moment somebody asks: what is gone has no numbers. */
public final class JobCensus {

    private JobCensus() {}

    /** Registers the numbers; {@code jobs} gives all jobs that the operator's cache holds. */
    public static void register(PrometheusRegistry registry, Supplier<Stream<TrainingJob>> jobs) {
        gauge(
                registry,
                jobs,
                "plinth_job_step",
                "Optimizer steps done.",
                status -> progress(status).map(progress -> (double) progress.step()));
        gauge(
                registry,
                jobs,
                "plinth_job_loss",
                "Training loss in nats per token.",
                status -> progress(status).map(Progress::loss).map(Double::valueOf));
        gauge(
                registry,
                jobs,
                "plinth_job_tokens_per_second",
                "Tokens per second of all workers together; none once the job has ended.",
                status -> progress(status)
                        .filter(progress -> status.completedAt() == null)
                        .map(Progress::tokensPerSecond)
                        .map(Long::doubleValue));
    }

    private static void gauge(
            PrometheusRegistry registry,
            Supplier<Stream<TrainingJob>> jobs,
            String name,
            String help,
            Function<TrainingJobStatus, Optional<Double>> number) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("namespace", "job")
                .callback(callback -> jobs.get()
                        .forEach(job -> job.reported()
                                .flatMap(number)
                                .ifPresent(value -> callback.call(
                                        value,
                                        job.getMetadata().getNamespace(),
                                        job.getMetadata().getName()))))
                .register(registry);
    }

    private static Optional<Progress> progress(TrainingJobStatus status) {
        return Optional.ofNullable(status.progress());
    }
}
