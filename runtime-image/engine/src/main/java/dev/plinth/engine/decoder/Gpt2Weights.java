package dev.plinth.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * GPT-2's parameters. Its norms subtract the mean and add a bias. Whatever is added to the residual stream is therefore made free of
 * mean here, once, so that the subtraction has nothing to do and the norm is that of Llama; and the norm's bias goes through the map
 * that follows into that map's bias. Files hold maps as [inputs, outputs].
 */
final class Gpt2Weights implements DecoderWeights {
    static final String PREFIX = "transformer.";

    private final DecoderConfig config;

    Gpt2Weights(DecoderConfig config) {
        this.config = config;
    }

    @Override
    public SequencedMap<String, Shape> shapes() {
        SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
        long hidden = config.hiddenSize();
        long inner = config.feedForward().size();
        shapes.put(PREFIX + "wte.weight", new Shape(config.vocabularySize(), hidden));
        shapes.put(PREFIX + "wpe.weight", new Shape(config.maxSequenceLength(), hidden));
        for (int i = 0; i < config.layers(); i++) {
            String layer = PREFIX + "h." + i + ".";
            both(shapes, layer + "ln_1", new Shape(hidden), hidden);
            both(shapes, layer + "attn.c_attn", new Shape(hidden, 3 * hidden), 3 * hidden);
            both(shapes, layer + "attn.c_proj", new Shape(hidden, hidden), hidden);
            both(shapes, layer + "ln_2", new Shape(hidden), hidden);
            both(shapes, layer + "mlp.c_fc", new Shape(hidden, inner), inner);
            both(shapes, layer + "mlp.c_proj", new Shape(inner, hidden), hidden);
        }
        both(shapes, PREFIX + "ln_f", new Shape(hidden), hidden);
        if (!config.tiedEmbeddings()) {
            shapes.put("lm_head.weight", new Shape(config.vocabularySize(), hidden));
        }
        return shapes;
    }

    private static void both(SequencedMap<String, Shape> shapes, String name, Shape weight, long bias) {
        shapes.put(name + ".weight", weight);
        shapes.put(name + ".bias", new Shape(bias));
    }

    @Override
    public Map<String, NDArray> outside(Source source, NDManager manager) {
        NDArray embedding = source.load(PREFIX + "wte.weight", manager);
        NDArray head = config.tiedEmbeddings() ? embedding : source.load("lm_head.weight", manager);
        return Map.of(
                "embedding", withoutMean(embedding, 1),
                "places", withoutMean(source.load(PREFIX + "wpe.weight", manager), 1),
                "head", head,
                "head.bias", head.matMul(source.load(PREFIX + "ln_f.bias", manager)),
                "norm", source.load(PREFIX + "ln_f.weight", manager));
    }

    @Override
    public Map<String, NDArray> layer(int index, Source source, NDManager manager) {
        String layer = PREFIX + "h." + index + ".";
        Map<String, NDArray> parts = new HashMap<>();
        NDArray attention = source.load(layer + "attn.c_attn.weight", manager).transpose();
        NDArray attentionBias = source.load(layer + "attn.c_attn.bias", manager)
                .add(attention.matMul(source.load(layer + "ln_1.bias", manager)));
        NDList maps = attention.split(3, 0);
        NDList biases = attentionBias.split(3, 0);
        for (int i = 0; i < 3; i++) {
            String name = "qkv".substring(i, i + 1);
            parts.put(name, maps.get(i));
            parts.put(name + ".bias", biases.get(i));
        }
        NDArray up = source.load(layer + "mlp.c_fc.weight", manager).transpose();
        parts.put("attention.norm", source.load(layer + "ln_1.weight", manager));
        parts.put("feed_forward.norm", source.load(layer + "ln_2.weight", manager));
        parts.put(
                "o",
                withoutMean(source.load(layer + "attn.c_proj.weight", manager).transpose(), 0));
        parts.put("o.bias", withoutMean(source.load(layer + "attn.c_proj.bias", manager), 0));
        parts.put("up", up);
        parts.put(
                "up.bias",
                source.load(layer + "mlp.c_fc.bias", manager)
                        .add(up.matMul(source.load(layer + "ln_2.bias", manager))));
        parts.put(
                "down",
                withoutMean(source.load(layer + "mlp.c_proj.weight", manager).transpose(), 0));
        parts.put("down.bias", withoutMean(source.load(layer + "mlp.c_proj.bias", manager), 0));
        return parts;
    }

    /** None: the maps of a file are not those of the program. */
    @Override
    public Map<String, LinearMap> adaptable(int index) {
        return Map.of();
    }

    /** @param axis of the channels of the residual stream */
    private static NDArray withoutMean(NDArray array, int axis) {
        return array.sub(array.mean(new int[] {axis}, true));
    }
}
