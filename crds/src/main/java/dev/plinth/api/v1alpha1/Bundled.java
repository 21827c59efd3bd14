package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Settings of the bundled trainer. Decimal numbers are strings, for example {@code "3e-4"}. */
@ApiPart
public record Bundled(
        @Required @JsonPropertyDescription("Shape of the model.")
        Shape model,

        @Required @JsonPropertyDescription("The text to train on.")
        Data data,

        @Default("{}") @JsonPropertyDescription("Settings of AdamW. Default: see its fields.")
        Optimizer optimizer,

        @Required @Min(1) @JsonPropertyDescription("Number of optimizer steps after which training is complete.")
        int steps,

        @Required
        @Min(1)
        @Max(1_000_000)
        @JsonPropertyDescription("Sequences per step over all workers together; at least workers.count.")
        int batchSize,

        @Default("0") @JsonPropertyDescription("Seed of the initial weights and of the order of the data. Default: 0.")
        long seed) {

    public Bundled {
        optimizer = optimizer == null ? Optimizer.DEFAULT : optimizer;
    }

    /** Shape of a Llama-architecture decoder. */
    @ApiPart
    @ValidationRule(
            value = "self.heads < 1 || self.hiddenSize % self.heads == 0",
            fieldPath = ".hiddenSize",
            message = "Choose a multiple of heads: each head gets an equal share of it.")
    @ValidationRule(
            value = "self.heads < 1 || self.hiddenSize % self.heads != 0 || (self.hiddenSize / self.heads) % 2 == 0",
            fieldPath = ".hiddenSize",
            message =
                    "Choose an even multiple of heads: rotary position embeddings turn pairs of components of a head.")
    @ValidationRule(
            value = "self.kvHeads < 1 || self.heads % self.kvHeads == 0",
            fieldPath = ".kvHeads",
            message = "Choose a divisor of heads: each key and value head serves equally many query heads.")
    public record Shape(
            @Required @Min(1) @Max(1024) @JsonPropertyDescription("Number of decoder layers.")
            int layers,

            @Required
            @Min(2)
            @Max(1_048_576)
            @JsonPropertyDescription("Width of the residual stream; an even multiple of heads.")
            int hiddenSize,

            @Required @Min(1) @Max(4096) @JsonPropertyDescription("Number of query heads; a multiple of kvHeads.")
            int heads,

            @Required
            @Min(1)
            @Max(4096)
            @JsonPropertyDescription("Number of key and value heads; equal to heads for plain multi-head attention.")
            int kvHeads,

            @Required @Min(1) @Max(4_194_304) @JsonPropertyDescription("Width of the gated feed-forward layer.")
            int intermediateSize,

            @Required @Min(1) @Max(16_777_216) @JsonPropertyDescription("Tokens per sequence.")
            int sequenceLength,

            @Default("false")
            @JsonPropertyDescription("Whether input embedding and output projection are one matrix. Default: false.")
            boolean tieEmbeddings) {}

    /** The text to train on. */
    @ApiPart
    public record Data(
            @Required
            @Size(min = 2, max = 4096)
            @JsonPropertyDescription(
                    "Absolute path of a UTF-8 text file in the container, or builtin:NAME for a text in Plinth's runtime image, for example builtin:shakespeare.")
            @ValidationRule(
                    value = "self.startsWith('/') || self.matches('^builtin:[a-z0-9-]+$')",
                    message =
                            "Write an absolute path, or builtin:NAME for a text in the image such as builtin:shakespeare.")
            String path,

            @Default("Bytes")
            @Size(min = 2, max = 4096)
            @JsonPropertyDescription(
                    "Bytes (each byte is a token), or the absolute path of a tokenizer.json. Default: Bytes.")
            @ValidationRule(
                    value = "self == 'Bytes' || self.startsWith('/')",
                    message = "Write Bytes, or the absolute path of a tokenizer.json.")
            String tokenizer) {}

    /** Settings of AdamW (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019) as decimal strings. */
    @ApiPart
    public record Optimizer(
            @Default("1e-3")
            @Size(min = 1, max = Rules.DECIMAL)
            @JsonPropertyDescription(
                    "Peak learning rate, a decimal number in quotes, for example \"3e-4\". Default: 1e-3.")
            @ValidationRule(value = Rules.POSITIVE, message = Rules.POSITIVE_SAYS)
            String learningRate,

            @Min(0)
            @Default("0")
            @JsonPropertyDescription(
                    "Steps over which the learning rate rises linearly from 0 to its peak; from there it falls along half a cosine to a tenth of the peak at the last step. Default: 0.")
            int warmupSteps,

            @Default("0.1")
            @Size(min = 1, max = Rules.DECIMAL)
            @JsonPropertyDescription("Decoupled weight decay, a decimal number in quotes. Default: 0.1.")
            @ValidationRule(value = Rules.NOT_NEGATIVE, message = Rules.NOT_NEGATIVE_SAYS)
            String weightDecay,

            @Default("0.9")
            @Size(min = 1, max = Rules.DECIMAL)
            @JsonPropertyDescription("Decay of the first moment, a decimal number in quotes. Default: 0.9.")
            @ValidationRule(value = Rules.FRACTION, message = Rules.FRACTION_SAYS)
            String beta1,

            @Default("0.95")
            @Size(min = 1, max = Rules.DECIMAL)
            @JsonPropertyDescription("Decay of the second moment, a decimal number in quotes. Default: 0.95.")
            @ValidationRule(value = Rules.FRACTION, message = Rules.FRACTION_SAYS)
            String beta2,

            @Default("1e-8")
            @Size(min = 1, max = Rules.DECIMAL)
            @JsonPropertyDescription(
                    "Added to the denominator of the update, a decimal number in quotes. Default: 1e-8.")
            @ValidationRule(value = Rules.POSITIVE, message = Rules.POSITIVE_SAYS)
            String epsilon,

            @Default("1.0")
            @Size(min = 1, max = Rules.DECIMAL)
            @JsonPropertyDescription(
                    "Largest global norm of the gradient, a decimal number in quotes; larger gradients are scaled down to it, and 0 turns that off. Default: 1.0.")
            @ValidationRule(value = Rules.NOT_NEGATIVE, message = Rules.NOT_NEGATIVE_SAYS)
            String clipNorm) {

        /** The defaults of the schema. */
        public static final Optimizer DEFAULT = new Optimizer("1e-3", 0, "0.1", "0.9", "0.95", "1e-8", "1.0");
    }
}
