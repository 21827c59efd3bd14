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
 * The Llama decoder (Touvron et al. 2023, arXiv:2302.13971) in plain tensor operations: RMSNorm, rotary position
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
        return head.apply(hidden(tokens, Past.NONE));
    }

    /**
     * Scores of the token after the last one; the keys and values of {@code tokens} are appended to the cache.
     *
     * @param tokens [1, T], int64, the tokens that follow those already in the cache
     * @return [1, vocabulary]
     */
    public NDArray next(NDArray tokens, KvCache cache) {
        NDArray hidden = hidden(tokens, cache);
        cache.advance(tokens.getShape().get(1));
        return head.apply(hidden.get(":, -1"));
    }

    private NDArray hidden(NDArray tokens, Past past) {
        long start = past.length();
        long length = tokens.getShape().get(1);
        if (start + length > config.maxSequenceLength()) {
            throw new IllegalArgumentException("a sequence of %d tokens is longer than the model's limit of %d"
                    .formatted(start + length, config.maxSequenceLength()));
        }
        NDManager step = tokens.getManager();
        Rope.Rotation rotation = rope.rotation(step, start, length);
        NDArray mask = causalMask(step, start, length);
        NDArray x = Embedding.embedding(tokens, embedding, SparseFormat.DENSE).singletonOrThrow();
        for (DecoderLayer layer : layers) {
            x = layer.apply(x, rotation, mask, past);
        }
        return norm.apply(x);
    }

    /** [T, S]: 0 where a new token sees its own or an earlier position, {@link #HIDDEN} beyond. */
    private static NDArray causalMask(NDManager step, long start, long length) {
        NDArray from = step.arange((float) start, (float) (start + length)).reshape(length, 1);
        NDArray to = step.arange(0f, (float) (start + length)).reshape(1, start + length);
        return from.lt(to).toType(DataType.FLOAT32, false).mul(HIDDEN);
    }
}
