package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** Settings of the bundled trainer. Decimal numbers are strings, for example {@code "3e-4"}. */
@ApiPart
public record Bundled(
        @Required @JsonPropertyDescription("Shape of the model.")
        Shape model,

        @Required @JsonPropertyDescription("The text to train on.")
        Data data,

        @Default("{}") @JsonPropertyDescription("Settings of AdamW.")
        Optimizer optimizer,

        @Required @Min(1) @JsonPropertyDescription("Number of optimizer steps after which training is complete.")
        int steps,

        @Required @Min(1) @JsonPropertyDescription("Sequences per step, over all workers together.")
        int batchSize,

        @Default("0") @JsonPropertyDescription("Seed of initial weights and of the order of the data. Default: 0.")
        long seed) {

    public Bundled {
        optimizer = optimizer == null ? Optimizer.DEFAULT : optimizer;
    }

    /** Shape of a Llama-architecture decoder. */
    @ApiPart
    public record Shape(
            @Required @Min(1) @JsonPropertyDescription("Number of decoder layers.")
            int layers,

            @Required @Min(1) @JsonPropertyDescription("Width of the residual stream; a multiple of heads.")
            int hiddenSize,

            @Required @Min(1) @JsonPropertyDescription("Number of query heads; a multiple of kvHeads.")
            int heads,

            @Required
            @Min(1)
            @JsonPropertyDescription("Number of key and value heads; equal to heads for plain multi-head attention.")
            int kvHeads,

            @Required @Min(1) @JsonPropertyDescription("Width of the gated feed-forward layer.")
            int intermediateSize,

            @Required @Min(1) @JsonPropertyDescription("Tokens per sequence.")
            int sequenceLength,

            @Default("false")
            @JsonPropertyDescription("Whether input embedding and output projection are one matrix. Default: false.")
            boolean tieEmbeddings) {}

    /** The text to train on. */
    @ApiPart
    public record Data(
            @Required
            @JsonPropertyDescription(
                    "Absolute path of a UTF-8 text file in the container: in the image or in a mounted volume.")
            String path,

            @Default("Bytes")
            @JsonPropertyDescription(
                    "Bytes (each byte is a token), or the absolute path of a tokenizer.json. Default: Bytes.")
            String tokenizer) {}

    /** Settings of AdamW (Loshchilov and Hutter, 2019); decimal strings. */
    @ApiPart
    public record Optimizer(
            @Default("1e-3") @JsonPropertyDescription("Peak learning rate, a decimal number. Default: 1e-3.")
            String learningRate,

            @Min(0)
            @Default("0")
            @JsonPropertyDescription(
                    "Steps over which the learning rate rises linearly from 0 to its peak. Default: 0.")
            int warmupSteps,

            @Default("0.1") @JsonPropertyDescription("Decoupled weight decay, a decimal number. Default: 0.1.")
            String weightDecay,

            @Default("0.9")
            @JsonPropertyDescription("Decay of the first moment, a decimal number from 0 to 1. Default: 0.9.")
            String beta1,

            @Default("0.95")
            @JsonPropertyDescription("Decay of the second moment, a decimal number from 0 to 1. Default: 0.95.")
            String beta2,

            @Default("1e-8")
            @JsonPropertyDescription("Added to the denominator of the update, a decimal number. Default: 1e-8.")
            String epsilon,

            @Default("1.0")
            @JsonPropertyDescription(
                    "Largest global norm of the gradient; larger gradients are scaled down to it. 0 turns clipping off. Default: 1.0.")
            String clipNorm) {

        /** The defaults of the schema. */
        public static final Optimizer DEFAULT = new Optimizer("1e-3", 0, "0.1", "0.9", "0.95", "1e-8", "1.0");
    }
}
