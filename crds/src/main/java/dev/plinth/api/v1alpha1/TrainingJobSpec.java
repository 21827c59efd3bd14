package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What a user asks of a training job. */
@ApiPart
@JsonClassDescription(
        "What the user asks for. After creation workers.template and parallelism can change, which starts all workers again from the newest checkpoint, and recovery and output, which are taken in place.")
@ValidationRule(
        value =
                "[has(self.framework.bundled), has(self.framework.torch), has(self.framework.jax)].filter(chosen, chosen).size() == 1",
        fieldPath = ".framework",
        message = "Set exactly one of bundled, torch and jax, for example jax: {}.")
@ValidationRule(
        value = "!(has(self.framework.torch) || has(self.framework.jax)) || has(self.workers.template.image)",
        fieldPath = ".workers.template",
        message = "Set image: only the bundled trainer brings its own.")
@ValidationRule(
        value =
                "!has(self.framework.bundled) || !(has(self.workers.template.command) || has(self.workers.template.args))",
        fieldPath = ".workers.template",
        message =
                "Remove command and args, which the bundled trainer sets itself, or choose the framework torch or jax.")
@ValidationRule(
        value = "!has(self.framework.bundled) || self.workers.processesPerWorker == 1",
        fieldPath = ".workers.processesPerWorker",
        message = "Set it to 1: the bundled trainer runs one process in each worker. Raise workers.count instead.")
@ValidationRule(
        value = "!has(self.framework.bundled) || self.framework.bundled.batchSize >= self.workers.count",
        fieldPath = ".framework.bundled.batchSize",
        message = "Choose at least workers.count: each worker trains on one sequence or more of each step.")
@ValidationRule(
        value = "!has(self.output) || has(self.checkpoint)",
        fieldPath = ".output",
        message = "Set spec.checkpoint as well: the Model is published from the last checkpoint.")
@ValidationRule(
        value = "!has(self.parallelism) || !has(self.framework.bundled)",
        fieldPath = ".parallelism",
        message = "Remove it, or choose the framework torch or jax: the bundled trainer splits the data only.")
@ValidationRule(
        value = "!has(self.parallelism) || !has(self.framework.torch) || self.framework.torch.rendezvous == 'Static'",
        fieldPath = ".framework.torch.rendezvous",
        message = "Set Static, or remove parallelism: a plan needs ranks that do not change.")
@ValidationRule(
        value =
                "!has(self.parallelism) || has(self.framework.bundled) || has(self.framework.torch) == has(self.parallelism.trainer)",
        fieldPath = ".parallelism.trainer",
        message = "Set Megatron, DeepSpeed, FSDP or Torchtitan with framework torch, and nothing with framework jax.")
@ValidationRule(
        value =
                "has(self.topology) == has(oldSelf.topology) && (!has(self.topology) || self.topology == oldSelf.topology)",
        fieldPath = ".topology",
        message = "The topology wish of a job cannot change. Create a job with another name.")
@ValidationRule(
        value =
                "has(self.scheduling) == has(oldSelf.scheduling) && (!has(self.scheduling) || self.scheduling == oldSelf.scheduling)",
        fieldPath = ".scheduling",
        message = "The scheduling of a job cannot change. Create a job with another name.")
@ValidationRule(
        value =
                "has(self.checkpoint) == has(oldSelf.checkpoint) && (!has(self.checkpoint) || self.checkpoint == oldSelf.checkpoint)",
        fieldPath = ".checkpoint",
        message = "The checkpoint policy of a job cannot change. Create a job with another name.")
public record TrainingJobSpec(
        @Required
        @Default("{}") // So that a job without any is told by the rule which there are.
        @JsonPropertyDescription(
                "What the workers run and how they find each other: exactly one of bundled, torch and jax.")
        @ValidationRule(
                value = "self == oldSelf",
                message = "The framework of a job cannot change. Create a job with another name.")
        Framework framework,

        @Required @JsonPropertyDescription("The pods of the job.")
        Workers workers,

        @JsonPropertyDescription("Where in the network the workers should lie. Default: anywhere.") @Nullable
        TopologyWish topology,

        @JsonPropertyDescription("Who queues the workers and brings them to nodes. Default: plinth.") @Nullable
        Scheduling scheduling,

        @JsonPropertyDescription(
                "How the model is to be split over the workers. A change starts all workers again, from the newest checkpoint. Default: the program decides for itself.")
        @Nullable
        Parallelism parallelism,

        @Default("{}")
        @JsonPropertyDescription(
                "When a worker counts as lost, and how often the job is repaired. Default: see its fields.")
        RecoveryPolicy recovery,

        @JsonPropertyDescription(
                "Where and how often the job saves its state. Default: nowhere, and a repaired job starts again from step 0.")
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
            @Required
            @Min(1)
            @Max(Rules.MEMBERS)
            @JsonPropertyDescription("Number of pods; each is a member with a stable index from 0.")
            @ValidationRule(
                    value = "self == oldSelf",
                    message = "The number of workers of a job cannot change. Create a job with another name.")
            int count,

            @Min(1)
            @Max(1024)
            @Default("1")
            @JsonPropertyDescription(
                    "Number of processes (ranks) in each pod; the job has count x processesPerWorker ranks. Default: 1.")
            @ValidationRule(
                    value = "self == oldSelf",
                    message = "The number of processes of a job cannot change. Create a job with another name.")
            int processesPerWorker,

            @Default("{}")
            @JsonPropertyDescription(
                    "The pod of each worker. A change starts all workers again, from the newest checkpoint. Default: Plinth's runtime image with the defaults of its fields.")
            @ValidationRule(value = Rules.NO_RESERVED_ENV, fieldPath = ".env", message = Rules.NO_RESERVED_ENV_SAYS)
            @ValidationRule(
                    value = Rules.NO_RESERVED_VOLUME,
                    fieldPath = ".volumes",
                    message = Rules.NO_RESERVED_VOLUME_SAYS)
            @ValidationRule(
                    value = Rules.NO_RESERVED_MOUNT,
                    fieldPath = ".volumeMounts",
                    message = Rules.NO_RESERVED_MOUNT_SAYS)
            MemberTemplate template) {

        public Workers {
            template = template == null ? MemberTemplate.EMPTY : template;
        }
    }

    /** Where the state of a job is saved, how often, and how much of it is kept. */
    @ApiPart
    public record CheckpointPolicy(
            @Required
            @Size(min = 1, max = Rules.NAME)
            @JsonPropertyDescription(
                    "Name of a PersistentVolumeClaim in the same namespace that all workers can mount together; it is mounted at /plinth/checkpoints. The job keeps its checkpoints in the folder NAME/UID, apart from those of an earlier job of its name.")
            @ValidationRule(value = Rules.OBJECT_NAME, message = Rules.OBJECT_NAME_SAYS)
            String claim,

            @Min(1)
            @Default("50")
            @JsonPropertyDescription(
                    "Steps of the bundled trainer from one checkpoint to the next; other programs decide for themselves. Default: 50.")
            int everySteps,

            @Min(1)
            @Default("2")
            @JsonPropertyDescription(
                    "Number of newest checkpoints that the bundled trainer keeps; it deletes older ones. Default: 2.")
            int keep) {}

    /** What becomes of the trained weights. */
    @ApiPart
    public record Output(
            @Required
            @Size(min = 1, max = Rules.LABEL)
            @JsonPropertyDescription(
                    "Name of the Model that is published in the same namespace when training is complete.")
            @ValidationRule(value = Rules.OBJECT_NAME, message = Rules.OBJECT_NAME_SAYS)
            String model) {}
}
