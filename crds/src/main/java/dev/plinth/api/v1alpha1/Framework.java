package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** What runs in the workers of a training job. Exactly one component is present: the rule is that of {@link TrainingJobSpec}. */
@ApiPart
public record Framework(
        @JsonPropertyDescription(
                "Plinth's own trainer in Plinth's runtime image: trains a Llama-architecture decoder, data-parallel. Default: none; exactly one framework is set.")
        @Nullable
        Bundled bundled,

        @JsonPropertyDescription(
                "A PyTorch program started by torchrun; workers get the PET_* environment that torchrun reads. Default: none; exactly one framework is set.")
        @Nullable
        Torch torch,

        @JsonPropertyDescription(
                "A JAX program; workers get JAX_COORDINATOR_ADDRESS and JAX_NUM_PROCESSES, and JAX_PROCESS_ID if processesPerWorker is 1. Default: none; exactly one framework is set.")
        @Nullable
        Jax jax) {

    /** How torchrun processes find each other. */
    @ApiPart
    public record Torch(
            @Default("Static")
            @JsonPropertyDescription(
                    "Static: fixed ranks, worker 0 is the master. Elastic: the c10d rendezvous of torchrun assigns ranks. Default: Static.")
            Rendezvous rendezvous,

            @Min(0)
            @Default("3")
            @JsonPropertyDescription(
                    "Times that torchrun starts the processes of a worker again before the worker counts as failed, for Elastic only. Each loss of another worker takes one: with 0 those that are left never meet its successor. Default: 3.")
            int maxRestarts) {}

    /** The rendezvous of torchrun. */
    public enum Rendezvous {
        Static,
        Elastic
    }

    /** A JAX program; it needs no settings. */
    @ApiPart
    public record Jax() {}
}
