package dev.plinth.engine.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plinth.engine.weights.Tensor;
import dev.plinth.engine.weights.TensorFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;

/** The parameters of a Llama model: their names, shapes, first values, and how they are read from a file. */
public final class LlamaWeights {
    private LlamaWeights() {}

    static final String EMBEDDING = "model.embed_tokens.weight";
    static final String NORM = "model.norm.weight";
    static final String HEAD = "lm_head.weight";

    static String layer(int index, String name) {
        return "model.layers." + index + "." + name + ".weight";
    }

    static NDArray get(Map<String, NDArray> weights, String name) {
        NDArray weight = weights.get(name);
        if (weight == null) {
            throw new IllegalArgumentException("the model needs a weight \"" + name + "\"");
        }
        return weight;
    }

    /** Every parameter with its shape (rows = outputs, columns = inputs), named as transformers names them, in a fixed order. */
    public static SequencedMap<String, Shape> shapes(LlamaConfig config) {
        SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
        Shape hidden = new Shape(config.hiddenSize());
        Shape embedding = new Shape(config.vocabularySize(), config.hiddenSize());
        Shape query = new Shape((long) config.heads() * config.headSize(), config.hiddenSize());
        Shape keyOrValue = new Shape((long) config.keyValueHeads() * config.headSize(), config.hiddenSize());
        Shape widen = new Shape(config.intermediateSize(), config.hiddenSize());
        shapes.put(EMBEDDING, embedding);
        for (int i = 0; i < config.layers(); i++) {
            shapes.put(layer(i, "input_layernorm"), hidden);
            shapes.put(layer(i, "self_attn.q_proj"), query);
            shapes.put(layer(i, "self_attn.k_proj"), keyOrValue);
            shapes.put(layer(i, "self_attn.v_proj"), keyOrValue);
            shapes.put(layer(i, "self_attn.o_proj"), transposed(query));
            shapes.put(layer(i, "post_attention_layernorm"), hidden);
            shapes.put(layer(i, "mlp.gate_proj"), widen);
            shapes.put(layer(i, "mlp.up_proj"), widen);
            shapes.put(layer(i, "mlp.down_proj"), transposed(widen));
        }
        shapes.put(NORM, hidden);
        if (!config.tiedEmbeddings()) {
            shapes.put(HEAD, embedding);
        }
        return shapes;
    }

    /**
     * First values for training: matrices from a normal distribution of standard deviation 0.02, norms one. The same seed
     * gives the same bits on every machine, so that all ranks begin equal without exchanging weights.
     */
    public static SequencedMap<String, NDArray> initial(LlamaConfig config, NDManager manager, long seed) {
        Random random = new Random(seed);
        SequencedMap<String, NDArray> weights = new LinkedHashMap<>();
        shapes(config).forEach((name, shape) -> weights.put(name, initial(shape, manager, random)));
        return weights;
    }

    private static NDArray initial(Shape shape, NDManager manager, Random random) {
        if (shape.dimension() == 1) {
            return manager.ones(shape);
        }
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.02 * random.nextGaussian());
        }
        return manager.create(values, shape);
    }

    /**
     * Looks whether a file has the model's parameters.
     *
     * @throws IllegalArgumentException if a parameter is missing or has another shape than the configuration says
     */
    public static void check(LlamaConfig config, TensorFile file) {
        shapes(config).forEach((name, shape) -> {
            Tensor tensor = file.tensor(name);
            if (!tensor.shape().equals(shape)) {
                throw new IllegalArgumentException("tensor \"%s\" has shape %s, but the configuration asks for %s"
                        .formatted(name, tensor.shape(), shape));
            }
        });
    }

    /** Reads the model's parameters into {@code manager}; throws as {@link #check} does. */
    public static SequencedMap<String, NDArray> load(LlamaConfig config, TensorFile file, NDManager manager) {
        check(config, file);
        SequencedMap<String, NDArray> weights = new LinkedHashMap<>();
        shapes(config).keySet().forEach(name -> weights.put(name, file.load(name, manager)));
        return weights;
    }

    private static Shape transposed(Shape matrix) {
        return new Shape(matrix.get(1), matrix.get(0));
    }
}
