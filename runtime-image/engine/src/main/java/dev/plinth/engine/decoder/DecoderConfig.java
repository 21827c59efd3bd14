package dev.plinth.engine.decoder;

import dev.plinth.engine.llama.LlamaConfig;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The shape of a decoder, whatever its family.
 *
 * @param naming how its files name the parameters
 * @param vocabularySize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param layers number of decoder layers
 * @param norms of the residual stream
 * @param embeddingScale by what embeddings are multiplied
 * @param scoreCap towards which the tokens' scores are bent; 0 = not
 * @param maxSequenceLength longest sequence, in tokens, prompt included
 * @param tiedEmbeddings whether the head shares the embedding's weights
 * @param beginToken ids a sequence begins with: none or one
 * @param endTokens ids that end a generated sequence
 */
public record DecoderConfig(
        Naming naming,
        int vocabularySize,
        int hiddenSize,
        int layers,
        Attention attention,
        FeedForward feedForward,
        Norms norms,
        float embeddingScale,
        double scoreCap,
        int maxSequenceLength,
        boolean tiedEmbeddings,
        List<Integer> beginToken,
        List<Integer> endTokens) {

    /** Whose names of parameters a family uses. */
    public enum Naming {
        LLAMA,
        MIXTRAL,
        QWEN3_MOE,
        PHI3,
        GPT2
    }

    /**
     * @param heads query heads
     * @param keyValueHeads key and value heads; divides {@code heads}
     * @param headSize width of one head, even
     * @param scale by what scores are multiplied
     * @param cap towards which scores are bent; 0 = not
     * @param window tokens that a token sees, itself included, in layers that have a window
     * @param windowed for each layer, whether it has a window
     * @param inputBias whether queries, keys and values have biases
     * @param outputBias whether the output has a bias
     * @param headNorms whether queries and keys are normalised head by head
     */
    public record Attention(
            int heads,
            int keyValueHeads,
            int headSize,
            double scale,
            double cap,
            int window,
            List<Boolean> windowed,
            boolean inputBias,
            boolean outputBias,
            boolean headNorms,
            Rotation rotation) {
        public Attention {
            requirePositive("num_attention_heads", heads);
            requirePositive("num_key_value_heads", keyValueHeads);
            requirePositive("head_dim", headSize);
            windowed = List.copyOf(windowed);
            if (heads % keyValueHeads != 0) {
                throw new IllegalArgumentException(
                        "num_attention_heads (%d) must be a multiple of num_key_value_heads (%d)"
                                .formatted(heads, keyValueHeads));
            }
            if (headSize % 2 != 0) {
                throw new IllegalArgumentException("head_dim (%d) must be even".formatted(headSize));
            }
            rotation.rotary(headSize);
        }
    }

    /**
     * @param size width of the feed-forward layer, or of one expert
     * @param gelu GELU in its tanh form, else SiLU
     * @param bias whether its maps have biases
     * @param experts of a mixture
     */
    public record FeedForward(int size, boolean gelu, boolean bias, Optional<Experts> experts) {
        public FeedForward {
            requirePositive("intermediate_size", size);
        }
    }

    /**
     * @param count experts a layer
     * @param chosen experts a token goes to
     * @param normalised whether the shares of those are made to add up to 1
     */
    public record Experts(int count, int chosen, boolean normalised) {
        public Experts {
            requirePositive("num_experts_per_tok", chosen);
            if (chosen > count) {
                throw new IllegalArgumentException(
                        "num_experts_per_tok (%d) is more than there are experts (%d)".formatted(chosen, count));
            }
        }
    }

    /**
     * @param epsilon added to the mean square
     * @param offsetByOne whether files hold the scales less one
     * @param behind whether there are norms behind attention and feed-forward layer too
     */
    public record Norms(float epsilon, boolean offsetByOne, boolean behind) {}

    public DecoderConfig {
        requirePositive("vocab_size", vocabularySize);
        requirePositive("hidden_size", hiddenSize);
        requirePositive("num_hidden_layers", layers);
        requirePositive("max_position_embeddings", maxSequenceLength);
        beginToken = List.copyOf(beginToken);
        endTokens = List.copyOf(endTokens);
    }

    /** The shape of a model that the trainer writes. */
    public static DecoderConfig of(LlamaConfig llama) {
        return new DecoderConfig(
                Naming.LLAMA,
                llama.vocabularySize(),
                llama.hiddenSize(),
                llama.layers(),
                new Attention(
                        llama.heads(),
                        llama.keyValueHeads(),
                        llama.headSize(),
                        1 / Math.sqrt(llama.headSize()),
                        0,
                        0,
                        Collections.nCopies(llama.layers(), false),
                        false,
                        false,
                        false,
                        new Rotation(llama.ropeTheta(), new Rotation.Unscaled())),
                new FeedForward(llama.intermediateSize(), false, false, Optional.empty()),
                new Norms(llama.normEpsilon(), false, false),
                1,
                0,
                llama.maxSequenceLength(),
                llama.tiedEmbeddings(),
                llama.beginToken(),
                llama.endTokens());
    }

    static void requirePositive(String field, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(field + " must be positive, not " + value);
        }
    }
}
