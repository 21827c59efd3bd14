package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.plinth.api.v1alpha1.Parallelism.Offload;
import dev.plinth.api.v1alpha1.Parallelism.Precision;
import dev.plinth.api.v1alpha1.Parallelism.Recompute;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a model is split over the accelerators of a job: decided for what was asked and for the place, and kept from the first step on. */
@ApiPart
public record Plan(
        @Required
        @Size(min = 1, max = Rules.LABEL)
        @JsonPropertyDescription("Name of what the plan was asked for; another question gets another plan.")
        String question,

        @Required @Size(min = 1, max = Rules.LABEL) @JsonPropertyDescription("Name of the accelerator, as H100.")
        String accelerator,

        @Required @Min(1) @JsonPropertyDescription("Number of accelerators that are used.")
        int accelerators,

        @Required @JsonPropertyDescription("Degrees, micro-batch, and what is shared and recomputed.")
        Layout layout,

        @Required @JsonPropertyDescription("Format that matrices are multiplied in.")
        Precision precision,

        @Required @JsonPropertyDescription("The proof that it fits: bytes on one accelerator of the fullest stage.")
        Memory memory,

        @Required @JsonPropertyDescription("Predicted step.")
        Step step,

        @Size(max = 8)
        @JsonPropertyDescription("Who exchanges how much with whom, the fastest dimension first. Default: nobody.")
        List<Group> groups,

        @ListMap("level")
        @Size(max = 16)
        @JsonPropertyDescription(
                "The network that the step was predicted on: how many accelerators of the job lie together at each level, innermost first. Workers that find another place before their first step get a plan for that. Default: nothing is known.")
        List<Block> blocks,

        @Size(max = 16) @JsonPropertyDescription("Why it was chosen, in sentences. Default: nothing is said.")
        List<String> reasons,

        @Size(max = 8) @JsonPropertyDescription("The next best layouts that fit, best first. Default: none.")
        List<Alternative> alternatives,

        @ListMap("workers")
        @Size(max = 16)
        @JsonPropertyDescription(
                "What the nearest other numbers of workers would get, with the same global batch, by what is free when the plan is made. Default: no other number has a plan.")
        List<OtherCount> otherCounts) {

    public Plan {
        groups = Copies.of(groups);
        blocks = Copies.of(blocks);
        otherCounts = Copies.of(otherCounts);
        reasons = Copies.of(reasons);
        alternatives = Copies.of(alternatives);
    }

    /** Degrees of a layout; tensor x context x data x pipeline is the number of accelerators. */
    @ApiPart
    public record Layout(
            @Required @Min(1) @JsonPropertyDescription("Number of ranks that share each matrix.")
            int tensor,

            @Required @Min(1) @JsonPropertyDescription("Number of ranks that share each sequence.")
            int context,

            @Required @Min(1) @JsonPropertyDescription("Number of groups that work on other sequences.")
            int data,

            @Required @Min(1) @JsonPropertyDescription("Number of stages that the layers are dealt to.")
            int pipeline,

            @Required @Min(1) @JsonPropertyDescription("Number of ranks that share the experts of a layer.")
            int expert,

            @Required @Min(1) @JsonPropertyDescription("Number of sequences that pass a stage at once.")
            int microBatch,

            @Required @Min(1) @JsonPropertyDescription("Number of micro-batches that pass each stage in a step.")
            int microBatches,

            @Required @JsonPropertyDescription("Order in which a stage works on its micro-batches.")
            Schedule schedule,

            @Required @Min(1) @JsonPropertyDescription("Number of parts of each stage that take turns.")
            int virtualStages,

            @Required @Min(0) @JsonPropertyDescription("Number of the ZeRO stage.")
            int zeroStage,

            @Required @JsonPropertyDescription("Which activations are thrown away and computed again.")
            Recompute recompute,

            @Required @JsonPropertyDescription("Whether tensor-parallel ranks share norms and residuals too.")
            boolean sequenceParallel,

            @Required @JsonPropertyDescription("Where the state of the optimizer lives.")
            Offload offload) {}

    /** Order of the micro-batches of a stage. */
    public enum Schedule {
        OneForwardOneBackward,
        GPipe,
        ZeroBubble
    }

    /** Bytes on one accelerator at the peak of a step. */
    @ApiPart
    public record Memory(
            @Required @JsonPropertyDescription("Bytes of the weights.")
            long weightsBytes,

            @Required @JsonPropertyDescription("Bytes of the gradients.")
            long gradientsBytes,

            @Required @JsonPropertyDescription("Bytes of the state of the optimizer.")
            long optimizerBytes,

            @Required @JsonPropertyDescription("Bytes of the activations that are kept for the backward pass.")
            long activationsBytes,

            @Required @JsonPropertyDescription("Bytes that one layer needs while it is worked on.")
            long workspaceBytes,

            @Required @JsonPropertyDescription("Bytes of logits and loss.")
            long logitsBytes,

            @Required @JsonPropertyDescription("Bytes set aside for fragmentation.")
            long marginBytes,

            @Required @JsonPropertyDescription("Bytes of the driver and of buffers for communication.")
            long runtimeBytes,

            @Required @JsonPropertyDescription("Bytes of all of these together.")
            long totalBytes,

            @Required @JsonPropertyDescription("Bytes that the accelerator has.")
            long capacityBytes) {}

    /** A predicted step. */
    @ApiPart
    public record Step(
            @Required @JsonPropertyDescription("Seconds of one step, a decimal number.")
            String seconds,

            @Required @JsonPropertyDescription("Seconds that four of five steps need at least, a decimal number.")
            String lowSeconds,

            @Required @JsonPropertyDescription("Seconds that four of five steps need at most, a decimal number.")
            String highSeconds,

            @Required
            @JsonPropertyDescription(
                    "Share of the accelerators' dense peak that the model's own operations use, a decimal number.")
            String modelFlopsUtilization,

            @Size(min = 1, max = Rules.LABEL)
            @JsonPropertyDescription(
                    "What steps that the job measured before divided by their prediction, by which the seconds here are multiplied, a decimal number. Default: 1, nothing was measured.")
            @Nullable
            String correction) {}

    /** A dimension of the mesh of ranks: those that differ only in it exchange data. */
    @ApiPart
    public record Group(
            @Required @JsonPropertyDescription("What is split along it.")
            Dimension dimension,

            @Required @Min(1) @JsonPropertyDescription("Number of ranks in each group.")
            int degree,

            @Required
            @JsonPropertyDescription(
                    "Ring: all-reduce of a buffer. AllToAll: each rank sends to each. PointToPoint: to the neighbours.")
            Traffic traffic,

            @Required
            @Min(0)
            @JsonPropertyDescription(
                    "Bytes of each rank in a step: of the buffer, of all that is sent, or of what is passed on one way.")
            long bytesPerStep) {}

    /** What is split along a dimension. */
    public enum Dimension {
        Tensor,
        Context,
        Expert,
        Data,
        Pipeline
    }

    /** How the ranks of a group exchange data. */
    public enum Traffic {
        Ring,
        AllToAll,
        PointToPoint
    }

    /** Accelerators of a job that lie together. */
    @ApiPart
    public record Block(
            @Required
            @JsonPropertyDescription(
                    "Level of the network: scale-up or node inside one node, else as in the ClusterTopology.")
            String level,

            @Required @Min(1) @JsonPropertyDescription("Number of accelerators of the job in each domain.")
            int accelerators) {}

    /** The plan for another number of workers. */
    @ApiPart
    public record OtherCount(
            @Required @Min(1) @JsonPropertyDescription("Number of workers.")
            int workers,

            @Required @JsonPropertyDescription("The layout in words.")
            String layout,

            @Required @JsonPropertyDescription("Seconds of one step that are predicted of it, a decimal number.")
            String seconds) {}

    /** Another layout that fits. */
    @ApiPart
    public record Alternative(
            @Required @JsonPropertyDescription("The layout in words.")
            String layout,

            @Required @JsonPropertyDescription("Seconds of one step that are predicted of it, a decimal number.")
            String seconds) {}
}
