package dev.plinth.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plinth.engine.weights.Prefixed;
import dev.plinth.engine.weights.Tensor;
import dev.plinth.engine.weights.TensorFile;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The parameters of a decoder under the names that {@code decoder.py} gives them, made of those of a file. Layers: {@code
 * attention.norm, q, k, v, o, feed_forward.norm, up, down}; with a gate {@code gate}; with biases {@code q.bias} and so on; with norms
 * of heads {@code q.norm, k.norm}; with norms behind {@code attention.post, feed_forward.post}; with experts {@code router}, and
 * their maps one on the other. Outside of layers: {@code embedding, norm, head}, perhaps {@code places} and {@code head.bias}.
 */
public interface DecoderWeights {
    /** Gives a tensor of a file by its name there, in 32-bit floats. */
    @FunctionalInterface
    interface Source {
        NDArray load(String name, NDManager manager);
    }

    /** Every tensor the file must have, with its shape, in a fixed order. */
    SequencedMap<String, Shape> shapes();

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

    /** The file under the names of {@link #shapes}: GPT-2's is often saved without the prefix that they have. */
    static TensorFile named(DecoderConfig config, TensorFile file) {
        boolean bare =
                config.naming() == DecoderConfig.Naming.GPT2 && file.tensors().containsKey("wte.weight");
        return bare ? Prefixed.with(file, Gpt2Weights.PREFIX) : file;
    }

    /**
     * Looks whether a file has the model's parameters.
     *
     * @throws IllegalArgumentException if a parameter is missing or has another shape than the configuration says
     */
    default void check(TensorFile file) {
        shapes().forEach((name, shape) -> {
            Tensor tensor = file.tensor(name);
            if (!tensor.shape().equals(shape)) {
                throw new IllegalArgumentException("tensor \"%s\" has shape %s, but the configuration asks for %s"
                        .formatted(name, tensor.shape(), shape));
            }
        });
    }
}
