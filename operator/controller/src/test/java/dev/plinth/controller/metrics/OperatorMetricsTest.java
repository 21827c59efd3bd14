package dev.plinth.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OperatorMetricsTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final OperatorMetrics metrics = new OperatorMetrics(registry);

    @Test
    void the_numbers_of_a_job_go_with_it_and_those_of_others_stay() {
        metrics.job(job("one"), Optional.empty(), status());
        metrics.job(job("two"), Optional.empty(), status());

        metrics.forgetJob(job("one"));

        assertThat(series("plinth_job_step")).containsExactly("two");
        assertThat(series("plinth_job_loss")).containsExactly("two");
        assertThat(series("plinth_job_tokens_per_second")).containsExactly("two");
    }

    private List<String> series(String name) {
        return registry.scrape().stream()
                .filter(snapshot -> name.equals(snapshot.getMetadata().getName()))
                .map(MetricSnapshot::getDataPoints)
                .flatMap(List::stream)
                .map(point -> String.valueOf(point.getLabels().get("job")))
                .toList();
    }

    private static TrainingJob job(String name) {
        return new KubernetesSerialization().unmarshal("""
                apiVersion: plinth.dev/v1alpha1
                kind: TrainingJob
                metadata: {name: %s, namespace: ml}
                """.formatted(name), TrainingJob.class);
    }

    private static TrainingJobStatus status() {
        return new KubernetesSerialization()
                .unmarshal("""
                        status: {progress: {step: 7, loss: "2.5", tokensPerSecond: 100}}
                        """, TrainingJob.class)
                .reported()
                .orElseThrow();
    }
}
