package dev.plinth.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.TrainingJob;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobCensusTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final List<TrainingJob> jobs = new ArrayList<>();

    @Test
    void the_numbers_of_a_job_go_with_it_and_those_of_others_stay() {
        JobCensus.register(registry, jobs::stream);
        jobs.add(job("one"));
        jobs.add(job("two"));
        assertThat(series("plinth_job_step")).containsExactlyInAnyOrder("one", "two");

        jobs.removeFirst();

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
                status: {progress: {step: 7, loss: "2.5", tokensPerSecond: 100}}
                """.formatted(name), TrainingJob.class);
    }
}
