package dev.plinth.controller.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.planner.hardware.Catalogue;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Jobs that ask for a plan, and nodes to carry it out on. */
final class Asked {
    /** The line of the model's shape. */
    static final String SHAPE =
            "shape: {layers: 32, hiddenSize: 4096, heads: 32, kvHeads: 8, intermediateSize: 14336, vocabularySize: 128256}";

    /** A shape in its place that any accelerator has room for. */
    static final String SMALL =
            "shape: {layers: 2, hiddenSize: 64, heads: 4, kvHeads: 2, intermediateSize: 128, vocabularySize: 256}";

    static final Site H100S = nodes(8, "NVIDIA-H100-80GB-HBM3");

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private static final String LLAMA_8B = """
            apiVersion: plinth.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: llama, namespace: research, uid: job-1, generation: 1}
            spec:
              framework: {torch: {rendezvous: Static}}
              workers:
                count: 2
                processesPerWorker: 8
                template: {image: "example.com/train:1", resources: {limits: {nvidia.com/gpu: 8}}}
              parallelism:
                trainer: Megatron
                precision: BF16
                sequenceLength: 4096
                globalBatch: 512
                model:
                  shape: {layers: 32, hiddenSize: 4096, heads: 32, kvHeads: 8, intermediateSize: 14336, vocabularySize: 128256}
            """;

    private Asked() {}

    /** Llama 3 8B on two workers of eight GPUs, with other texts in place of some: the old one and the new one by turns. */
    static TrainingJob llama(String... changes) {
        var yaml = LLAMA_8B;
        for (var i = 0; i < changes.length; i += 2) {
            assertThat(yaml).contains(changes[i]);
            yaml = yaml.replace(changes[i], changes[i + 1]);
        }
        return YAML.unmarshal(yaml, TrainingJob.class);
    }

    /** The same, with this decided by the user. */
    static TrainingJob given(String given) {
        return llama("trainer: Megatron", "trainer: Megatron\n    given: {" + given + "}");
    }

    static Question question(TrainingJob job) {
        return new Question(
                job.getMetadata().getName(),
                job.getSpec(),
                Objects.requireNonNull(job.getSpec().parallelism()));
    }

    static Site nodes(int count, String product) {
        return nodes(count, product, 8);
    }

    /** Nodes of eight, of which so many are free, on a network of which nothing is said. */
    static Site nodes(int count, String product, int free) {
        return site(IntStream.range(0, count)
                .mapToObj(i -> new Host(
                        "n" + i, Optional.of(product), Collections.emptySortedMap(), Optional.empty(), 8, free))
                .toList());
    }

    static Site site(List<Host> hosts) {
        return new Site(
                hosts, List.of(), OptionalDouble.empty(), Catalogue.standard(), Optional.empty(), Site.Placer.NOBODY);
    }
}
