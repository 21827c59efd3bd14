package dev.plinth.engine.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The Llama decoder (Touvron et al. 2023, arXiv:2302.13971) in plain tensor operations, for training and as
 * the readable reference of the serving engine's program: RMSNorm, rotary position
 * embeddings, grouped-query attention, SwiGLU; the same numbers as transformers' {@code LlamaForCausalLM}.
 *
 * <p>Gradients flow through {@link #logits} to the weights under a {@code GradientCollector}. All results join the manager
 * of {@code tokens}, so that closing one sub-manager a step frees everything: operations are called on activations, never
 * on weights, because a result joins the manager of the array it is called on. One thread at a time.
 */
public final class Llama {
    /** Added to the score of a token that must not be seen; finite, so that no NaN can come of it. */
    private static final float HIDDEN = -1e30f;

    private final LlamaConfig config;
    private final NDArray embedding;
    private final List<DecoderLayer> layers = new ArrayList<>();
    private final RmsNorm norm;
    private final Projection head;
    private final Rope rope;

    /**
     * @param weights every parameter of {@link LlamaWeights#shapes}, kept by reference: a trainer changes them in place
     * @param manager holds the position tables; lives as long as the model
     */
    public Llama(LlamaConfig config, Map<String, NDArray> weights, NDManager manager) {
        this.config = config;
        this.embedding = LlamaWeights.get(weights, LlamaWeights.EMBEDDING);
        for (int i = 0; i < config.layers(); i++) {
            layers.add(new DecoderLayer(i, config, weights));
        }
        this.norm = new RmsNorm(LlamaWeights.get(weights, LlamaWeights.NORM), config.normEpsilon());
        this.head = new Projection(config.tiedEmbeddings() ? embedding : LlamaWeights.get(weights, LlamaWeights.HEAD));
        this.rope = new Rope(config, manager);
    }

    public LlamaConfig config() {
        return config;
    }

    /**
     * Scores of the next token at every position, each seeing only itself and what stands before it.
     *
     * @param tokens [B, T], int64
     * @return [B, T, vocabulary]
     */
    public NDArray logits(NDArray tokens) {
        return head.apply(hidden(tokens));
    }

    private NDArray hidden(NDArray tokens) {
        long length = tokens.getShape().get(1);
        if (length > config.maxSequenceLength()) {
            throw new IllegalArgumentException("a sequence of %d tokens is longer than the model's limit of %d"
                    .formatted(length, config.maxSequenceLength()));
        }
        NDManager step = tokens.getManager();
        Rope.Rotation rotation = rope.rotation(step, length);
        NDArray mask = causalMask(step, length);
        NDArray x = Embedding.embedding(tokens, embedding, SparseFormat.DENSE).singletonOrThrow();
        for (DecoderLayer layer : layers) {
            x = layer.apply(x, rotation, mask);
        }
        return norm.apply(x);
    }

    /** [T, T]: 0 where a token sees its own or an earlier position, {@link #HIDDEN} beyond. */
    private static NDArray causalMask(NDManager step, long length) {
        NDArray positions = step.arange((float) length);
        return positions
                .reshape(length, 1)
                .lt(positions.reshape(1, length))
                .toType(DataType.FLOAT32, false)
                .mul(HIDDEN);
    }
}
