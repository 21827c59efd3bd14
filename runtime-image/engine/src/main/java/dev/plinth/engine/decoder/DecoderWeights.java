package dev.plinth.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plinth.engine.weights.Prefixed;
import dev.plinth.engine.weights.Stacked;
import dev.plinth.engine.weights.Tensor;
import dev.plinth.engine.weights.TensorFile;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * The parameters of a decoder under the names that {@code decoder.py} gives them, made of those of a file. Layers: {@code
 * attention.norm, q, k, v, o, feed_forward.norm, up, down}; with a gate {@code gate}; with biases {@code q.bias} and so on; with norms
 * of heads {@code q.norm, k.norm}; with norms behind {@code attention.post, feed_forward.post}; with experts {@code router}, and
 * their maps one on the other. Outside of layers: {@code embedding, norm, head}, perhaps {@code places} and {@code head.bias}.
 */
public interface DecoderWeights {
    Pattern IN_A_LAYER = Pattern.compile("(layers|h)\\.\\d+\\.");
    /** Tables that older files hold and that follow from the configuration. */
    Pattern COMPUTED = Pattern.compile("rotary_emb\\.inv_freq$|attn\\.(masked_)?bias$");

    /** Gives a tensor of a file by its name there, in 32-bit floats. */
    @FunctionalInterface
    interface Source {
        NDArray load(String name, NDManager manager);
    }

    /** Every tensor the file must have, with its shape, in a fixed order. */
    SequencedMap<String, Shape> shapes();

    /** Their names as they are asked for when a model is made: those outside of layers first, then a layer after the other. */
    default List<String> order() {
        return shapes().keySet().stream()
                .sorted(Comparator.comparing(name -> IN_A_LAYER.matcher(name).find()))
                .toList();
    }

    /** The parameters outside of layers. */
    Map<String, NDArray> outside(Source source, NDManager manager);

    /** The parameters of one layer, numbered from 0. */
    Map<String, NDArray> layer(int index, Source source, NDManager manager);

    /**
     * A linear map that adapters may change.
     *
     * @param name as the program calls it
     * @param shape [outputs, inputs]
     */
    record LinearMap(String name, Shape shape) {}

    /** The linear maps of a layer that adapters may change, by their names in files without {@code .weight}. */
    Map<String, LinearMap> adaptable(int index);

    /** How a model's parameters are called and made. */
    static DecoderWeights of(DecoderConfig config) {
        return config.naming() == DecoderConfig.Naming.GPT2 ? new Gpt2Weights(config) : new RotaryWeights(config);
    }

    /** The file under the names of {@link #shapes}: GPT-2's is often saved without the prefix that they have, Phi-3's has maps in one. */
    static TensorFile named(DecoderConfig config, TensorFile file) {
        return switch (config.naming()) {
            case GPT2 -> file.tensors().containsKey("wte.weight") ? Prefixed.with(file, Gpt2Weights.PREFIX) : file;
            case PHI3 -> Stacked.apart(file, RotaryWeights.stacked(config));
            case LLAMA, MIXTRAL, QWEN3_MOE -> file;
        };
    }

    /**
     * Looks whether a file has the model's parameters, and no others in its layers: a model that has more computes something else.
     *
     * @throws IllegalArgumentException if a parameter is missing, has another shape than the configuration says, or is not known
     */
    default void check(TensorFile file) {
        SequencedMap<String, Shape> shapes = shapes();
        shapes.forEach((name, shape) -> {
            Tensor tensor = file.tensor(name);
            if (!tensor.shape().equals(shape)) {
                throw new IllegalArgumentException("tensor \"%s\" has shape %s, but the configuration asks for %s"
                        .formatted(name, tensor.shape(), shape));
            }
        });
        for (String name : file.tensors().keySet()) {
            if (IN_A_LAYER.matcher(name).find()
                    && !shapes.containsKey(name)
                    && !COMPUTED.matcher(name).find()) {
                throw new IllegalArgumentException(
                        "the weights have a tensor \"%s\", but a model of this config.json has no such parameter"
                                .formatted(name));
            }
        }
    }
}
