package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What Plinth must know to split a model over the accelerators of a job. */
@ApiPart
@ValidationRule(
        value = "has(self.model.config) != has(self.model.shape)",
        fieldPath = ".model",
        message = "Set exactly one of config, the text of a config.json, and shape.")
@ValidationRule(
        value =
                "self.precision == 'BF16' || has(self.trainer) && (self.trainer == 'Megatron' || self.trainer == 'DeepSpeed' && self.precision == 'FP16')",
        fieldPath = ".precision",
        message = "Set BF16; only Megatron takes all precisions, and DeepSpeed FP16.")
public record Parallelism(
        @Required @JsonPropertyDescription("The model to split: exactly one of config and shape.")
        SplitModel model,

        @Required @Min(1) @Max(100_000_000) @JsonPropertyDescription("Tokens of one sequence.")
        int sequenceLength,

        @Required
        @Min(1)
        @Max(100_000_000)
        @JsonPropertyDescription("Number of sequences of one step over all workers; no plan ever changes it.")
        int globalBatch,

        @Default("BF16")
        @JsonPropertyDescription("Format that matrices are multiplied in; it changes what is learned. Default: BF16.")
        Precision precision,

        @JsonPropertyDescription(
                "The program that trains, whose options the plan is written in; set with framework torch only. Default: none, and framework jax is told a device mesh.")
        @Nullable
        Trainer trainer,

        @Size(min = 1, max = Rules.LABEL)
        @JsonPropertyDescription(
                "The accelerator by its name in the catalogue or in spec.accelerators of the ClusterTopology, for example H100, A100-80 or CPU; workers go only to nodes whose labels name it or nothing. Default: what the labels nvidia.com/gpu.product or amd.com/gpu.product-name of the nodes say, or CPU if workers ask for no GPU.")
        @Nullable
        String accelerator,

        @JsonPropertyDescription("What you decide yourself; the planner chooses the rest. Default: it chooses all.")
        @Nullable
        Given given) {

    public Parallelism {
        precision = precision == null ? Precision.BF16 : precision;
    }

    /** Format that matrices are multiplied in. */
    public enum Precision {
        BF16,
        FP16,
        FP8
    }

    /** Who reads the options that a plan is written in. */
    public enum Trainer {
        Megatron,
        DeepSpeed,
        FSDP,
        Torchtitan
    }

    /** Which activations are thrown away and computed again. */
    public enum Recompute {
        None,
        Selective,
        Full
    }

    /** Where the state of the optimizer lives. */
    public enum Offload {
        None,
        Host,
        Nvme
    }

    /** A model by its shape. */
    @ApiPart
    public record SplitModel(
            @Size(min = 2, max = Rules.SCRIPT)
            @JsonPropertyDescription(
                    "Text of the model's Hugging Face config.json. Default: none; exactly one of config and shape is set.")
            @Nullable
            String config,

            @JsonPropertyDescription(
                    "Shape of a Llama-like decoder. Default: none; exactly one of config and shape is set.")
            @Nullable
            Shape shape) {}

    /** Shape of a Llama-like decoder, with experts or without. */
    @ApiPart
    @ValidationRule(
            value = "self.heads < 1 || self.hiddenSize % self.heads == 0",
            fieldPath = ".hiddenSize",
            message = "Choose a multiple of heads: each head gets an equal share of it.")
    @ValidationRule(
            value = "self.kvHeads < 1 || self.heads % self.kvHeads == 0",
            fieldPath = ".kvHeads",
            message = "Choose a divisor of heads: each key and value head serves equally many query heads.")
    public record Shape(
            @Required @Min(1) @Max(10_000) @JsonPropertyDescription("Number of decoder layers.")
            int layers,

            @Required
            @Min(1)
            @Max(1_048_576)
            @JsonPropertyDescription("Width of the residual stream; a multiple of heads.")
            int hiddenSize,

            @Required @Min(1) @Max(4096) @JsonPropertyDescription("Number of query heads; a multiple of kvHeads.")
            int heads,

            @Required @Min(1) @Max(4096) @JsonPropertyDescription("Number of key and value heads.")
            int kvHeads,

            @Required
            @Min(1)
            @Max(4_194_304)
            @JsonPropertyDescription("Width of the gated feed-forward layer, or of one expert.")
            int intermediateSize,

            @Required @Min(1) @Max(10_000_000) @JsonPropertyDescription("Number of tokens in the vocabulary.")
            int vocabularySize,

            @Default("false")
            @JsonPropertyDescription("Whether input embedding and output projection are one matrix. Default: false.")
            boolean tieEmbeddings,

            @JsonPropertyDescription("Experts of each layer. Default: none, the feed-forward layers are dense.")
            @Nullable
            Experts experts) {}

    /** Experts of a layer, of which each token goes to some. */
    @ApiPart
    @ValidationRule(
            value = "self.active <= self.count",
            fieldPath = ".active",
            message = "Lower it to count or less: a token cannot go to more experts than there are.")
    public record Experts(
            @Required @Min(1) @Max(65_536) @JsonPropertyDescription("Number of experts in each layer.")
            int count,

            @Required @Min(1) @Max(65_536) @JsonPropertyDescription("Number of experts that each token goes to.")
            int active) {}

    /** What a user has decided himself. */
    @ApiPart
    public record Given(
            @Min(1)
            @Max(1_000_000)
            @JsonPropertyDescription("Number of ranks that share each matrix. Default: the planner's choice.")
            @Nullable
            Integer tensor,

            @Min(1)
            @Max(1_000_000)
            @JsonPropertyDescription("Number of ranks that share each sequence. Default: the planner's choice.")
            @Nullable
            Integer context,

            @Min(1)
            @Max(1_000_000)
            @JsonPropertyDescription("Number of stages that the layers are dealt to. Default: the planner's choice.")
            @Nullable
            Integer pipeline,

            @Min(1)
            @Max(1_000_000)
            @JsonPropertyDescription(
                    "Number of groups that work on other sequences; tensor x context x pipeline x data is the number of ranks. Default: what the others leave.")
            @Nullable
            Integer data,

            @Min(1)
            @Max(1_000_000)
            @JsonPropertyDescription(
                    "Number of ranks that share the experts of a layer. Default: the planner's choice.")
            @Nullable
            Integer expert,

            @Min(1)
            @Max(1_000_000)
            @JsonPropertyDescription("Number of sequences that pass a rank at once. Default: the planner's choice.")
            @Nullable
            Integer microBatch,

            @Min(0)
            @Max(3)
            @JsonPropertyDescription(
                    "Number of the ZeRO stage, what data-parallel ranks share: nothing, the optimizer's state, gradients as well, weights as well. Default: the planner's choice.")
            @Nullable
            Integer zeroStage,

            @JsonPropertyDescription(
                    "Which activations are thrown away and computed again. Default: the planner's choice.")
            @Nullable
            Recompute recompute,

            @JsonPropertyDescription(
                    "Where the state of the optimizer lives: None is the accelerator, Host its memory (Megatron, DeepSpeed), Nvme a local disk (DeepSpeed). Default: None.")
            @Nullable
            Offload offload) {}
}
