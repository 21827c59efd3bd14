package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator sees of a training job. */
@ApiPart
@JsonClassDescription("What the operator sees of the job.")
public record TrainingJobStatus(
        @JsonPropertyDescription("The metadata.generation this status was made from.") @Nullable
        Long observedGeneration,

        @ListMap("type")
        @Size(max = 16)
        @JsonPropertyDescription(
                "Placed, Running, Complete and Failed, Planned if the job has spec.parallelism, and Published if it has an output, each with the reason and a message that says what to do.")
        List<Condition> conditions,

        @JsonPropertyDescription("Numbers of workers.") @Nullable
        WorkerCounts workers,

        @JsonPropertyDescription("The innermost domain that holds all workers, as level=name.") @Nullable
        String domain,

        @JsonPropertyDescription(
                "The formation that runs now: 1 for the first, one more for each repair and each change of workers.template.")
        @Nullable
        Integer generation,

        @JsonPropertyDescription(
                "Number of repairs that count against recovery.maxRestarts: those after faults of the workers themselves, not after lost nodes or deleted pods; 0 again after a change of workers.template.")
        @Nullable
        Integer restarts,

        @JsonPropertyDescription("Newest progress that a worker reported, at most once in 5 seconds.") @Nullable
        Progress progress,

        @JsonPropertyDescription("How the model is split; absent if the job has no spec.parallelism, or nothing fits.")
        @Nullable
        Plan plan,

        @JsonPropertyDescription("Predicted step beside the measured one, as soon as workers report steps.") @Nullable
        StepTime stepTime,

        @JsonPropertyDescription("Newest complete checkpoint that a worker reported.") @Nullable
        Checkpoint checkpoint,

        @JsonPropertyDescription("The newest repair: what was lost, where and when.") @Nullable
        Recovered lastRecovery,

        @JsonPropertyDescription("When the operator first saw the job.") @Nullable
        Instant startedAt,

        @JsonPropertyDescription("When all workers first had a node.") @Nullable
        Instant placedAt,

        @JsonPropertyDescription("When the first step was reported.") @Nullable
        Instant firstStepAt,

        @JsonPropertyDescription("When the job became complete or failed.") @Nullable
        Instant completedAt) {

    public TrainingJobStatus {
        conditions = Copies.of(conditions);
    }

    /** Numbers of workers. */
    @ApiPart
    public record WorkerCounts(
            @JsonPropertyDescription("Workers asked for.") int desired,

            @JsonPropertyDescription("Workers that have a node.")
            int placed,

            @JsonPropertyDescription("Workers whose container runs.")
            int running) {}

    /** How far training has come. */
    @ApiPart
    public record Progress(
            @Required @JsonPropertyDescription("Optimizer steps done.")
            long step,

            @JsonPropertyDescription("Optimizer steps to do; absent if the worker did not say.") @Nullable
            Long totalSteps,

            @JsonPropertyDescription("Training loss of that step in nats per token, a decimal number.") @Nullable
            String loss,

            @JsonPropertyDescription("Tokens per second of all workers together.") @Nullable
            Long tokensPerSecond,

            @JsonPropertyDescription("When it was reported.") @Nullable
            Instant time) {}

    /** How good the prediction of a step was. */
    @ApiPart
    public record StepTime(
            @Required @JsonPropertyDescription("Seconds of a step as the plan has it, a decimal number.")
            String predictedSeconds,

            @Required @JsonPropertyDescription("Seconds of a step by the newest reported tokens per second.")
            String measuredSeconds,

            @Required @JsonPropertyDescription("Measured seconds divided by predicted ones, a decimal number.")
            String correction) {}

    /** A complete checkpoint. */
    @ApiPart
    public record Checkpoint(
            @Required @JsonPropertyDescription("Optimizer steps it holds.")
            long step,

            @Required @JsonPropertyDescription("The formation that wrote it.")
            int generation,

            @Required @JsonPropertyDescription("Its folder, relative to the folder NAME/UID of the job on the claim.")
            String path,

            @JsonPropertyDescription("Size of its files in bytes.") @Nullable
            Long bytes,

            @JsonPropertyDescription("Digest of its weights, if the workers tell one.") @Nullable
            String digest,

            @JsonPropertyDescription("When it was reported.") @Nullable
            Instant time) {}
}
