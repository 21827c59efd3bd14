package dev.plinth.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class SerializationTest {
    private static final String JOB = """
            apiVersion: plinth.dev/v1alpha1
            kind: TrainingJob
            metadata:
              name: tiny
            spec:
              framework:
                jax: {}
              workers:
                count: 2
                template:
                  image: example.com/trainer:1
                  env:
                  - name: A
                    value: b
                  resources:
                    limits:
                      nvidia.com/gpu: 8
                  overlay:
                    dnsPolicy: None
                    hostAliases:
                    - ip: 10.0.0.1
            status:
              startedAt: "2026-01-02T03:04:05.678Z"
              conditions:
              - type: Placed
                status: "True"
            """;

    private final KubernetesSerialization serialization = new KubernetesSerialization();

    @Test
    void what_is_written_reads_back_equal() {
        var job = serialization.unmarshal(JOB, TrainingJob.class);

        assertThat(serialization.unmarshal(serialization.asYaml(job), TrainingJob.class))
                .isEqualTo(job);
    }

    @Test
    void what_is_absent_or_empty_is_not_written() {
        var yaml = serialization.asYaml(serialization.unmarshal(JOB, TrainingJob.class));

        assertThat(yaml).contains("jax: {}").doesNotContain("torch", "command", "null");
    }
}
