package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** What a user asks of a training job. */
@ApiPart
public record TrainingJobSpec(
        @Required
        @JsonPropertyDescription(
                "How the processes of the job find each other and what they run: exactly one framework.")
        Framework framework,

        @Required @JsonPropertyDescription("The pods of the job.")
        Workers workers,

        @JsonPropertyDescription("Where in the network the workers should lie. Default: anywhere.") @Nullable
        TopologyWish topology,

        @Default("{}") @JsonPropertyDescription("When a worker counts as lost, and how often the job is repaired.")
        RecoveryPolicy recovery,

        @JsonPropertyDescription(
                "Where and how often the job saves its state. Without it a repaired job starts again from step 0.")
        @Nullable
        CheckpointPolicy checkpoint,

        @JsonPropertyDescription(
                "What becomes of the trained weights. Default: they stay in the last checkpoint and no Model is published.")
        @Nullable
        Output output) {

    public TrainingJobSpec {
        recovery = recovery == null ? RecoveryPolicy.DEFAULT : recovery;
    }

    /** The pods of a job: {@code count} equal members. */
    @ApiPart
    public record Workers(
            @Required @Min(1) @JsonPropertyDescription("Number of pods; each is a member with a stable index from 0.")
            int count,

            @Min(1)
            @Default("1")
            @JsonPropertyDescription(
                    "Number of processes (ranks) in each pod. Default: 1. Ranks of the job = count x processesPerWorker.")
            int processesPerWorker,

            @Default("{}") @JsonPropertyDescription("The pod of each worker.")
            MemberTemplate template) {

        public Workers {
            template = template == null ? MemberTemplate.EMPTY : template;
        }
    }

    /** Where the state of a job is saved, how often, and how much of it is kept. */
    @ApiPart
    public record CheckpointPolicy(
            @Required
            @JsonPropertyDescription(
                    "Name of a PersistentVolumeClaim in the same namespace that all workers can mount together; it is mounted at /plinth/checkpoints.")
            String claim,

            @Min(1) @Default("50") @JsonPropertyDescription("Steps between two checkpoints. Default: 50.")
            int everySteps,

            @Min(1)
            @Default("2")
            @JsonPropertyDescription("Number of newest checkpoints that are kept; older ones are deleted. Default: 2.")
            int keep) {}

    /** What becomes of the trained weights. */
    @ApiPart
    public record Output(
            @Required
            @JsonPropertyDescription(
                    "Name of the Model that is published in the same namespace when training is complete.")
            String model) {}
}
