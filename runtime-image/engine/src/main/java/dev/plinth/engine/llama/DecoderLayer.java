package dev.plinth.engine.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.Map;

/** One layer: attention over the tokens so far, then the gated feed-forward, each added to the residual stream. */
final class DecoderLayer {
    private final int index;
    private final LlamaConfig config;
    private final float scoreScale;
    private final RmsNorm beforeAttention;
    private final RmsNorm beforeFeedForward;
    private final Projection query;
    private final Projection key;
    private final Projection value;
    private final Projection output;
    private final Projection gate;
    private final Projection up;
    private final Projection down;

    DecoderLayer(int index, LlamaConfig config, Map<String, NDArray> weights) {
        this.index = index;
        this.config = config;
        this.scoreScale = (float) (1 / Math.sqrt(config.headSize()));
        this.beforeAttention = new RmsNorm(weight(weights, "input_layernorm"), config.normEpsilon());
        this.beforeFeedForward = new RmsNorm(weight(weights, "post_attention_layernorm"), config.normEpsilon());
        this.query = new Projection(weight(weights, "self_attn.q_proj"));
        this.key = new Projection(weight(weights, "self_attn.k_proj"));
        this.value = new Projection(weight(weights, "self_attn.v_proj"));
        this.output = new Projection(weight(weights, "self_attn.o_proj"));
        this.gate = new Projection(weight(weights, "mlp.gate_proj"));
        this.up = new Projection(weight(weights, "mlp.up_proj"));
        this.down = new Projection(weight(weights, "mlp.down_proj"));
    }

    private NDArray weight(Map<String, NDArray> weights, String name) {
        return LlamaWeights.get(weights, LlamaWeights.layer(index, name));
    }

    /** [B, T, hidden] to [B, T, hidden]. */
    NDArray apply(NDArray x, Rope.Rotation rotation, NDArray mask) {
        NDArray attended = x.add(attention(beforeAttention.apply(x), rotation, mask));
        return attended.add(feedForward(beforeFeedForward.apply(attended)));
    }

    /**
     * Scaled dot-product attention. Shapes: B sequences, T tokens, H query heads, K key heads, G = H/K, D head size.
     * The G query heads of one key head are laid side by side as rows, so that keys and values need no copies.
     */
    private NDArray attention(NDArray x, Rope.Rotation rotation, NDArray mask) {
        long batch = x.getShape().get(0);
        long length = x.getShape().get(1);
        long keyHeads = config.keyValueHeads();
        long group = config.groupSize();
        long size = config.headSize();

        // An array of the step, not a Java number: the engine would free a number's memory before the backward pass
        // reads it.
        NDArray scale = x.getManager().create(scoreScale);
        NDArray queries = rotation.apply(heads(query.apply(x), config.heads())).mul(scale); // [B, H, T, D]
        NDArray keys = rotation.apply(heads(key.apply(x), keyHeads)); // [B, K, T, D]
        NDArray values = heads(value.apply(x), keyHeads); // [B, K, T, D]

        NDArray scores = queries.reshape(batch, keyHeads, group * length, size).matMul(keys.transpose(0, 1, 3, 2));
        NDArray attended = scores.reshape(batch, keyHeads, group, length, length)
                .add(mask)
                .softmax(-1)
                .reshape(batch, keyHeads, group * length, length)
                .matMul(values) // [B, K, G*T, D]
                .reshape(batch, config.heads(), length, size)
                .transpose(0, 2, 1, 3)
                .reshape(batch, length, config.heads() * size);
        return output.apply(attended);
    }

    /** [B, T, heads * D] to [B, heads, T, D]. */
    private NDArray heads(NDArray x, long heads) {
        return x.reshape(x.getShape().get(0), x.getShape().get(1), heads, config.headSize())
                .transpose(0, 2, 1, 3);
    }

    /** SwiGLU (Shazeer 2020, arXiv:2002.05202). */
    private NDArray feedForward(NDArray x) {
        NDArray gated = gate.apply(x);
        return down.apply(gated.mul(Activation.sigmoid(gated)).mul(up.apply(x)));
    }
}
