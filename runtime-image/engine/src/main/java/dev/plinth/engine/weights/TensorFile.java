package dev.plinth.engine.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.SequencedMap;

/** An open file (or set of files) of named tensors. Closing it unmaps the files; loaded arrays stay. */
public interface TensorFile extends AutoCloseable {
    /** All tensors, in the order of the file. */
    SequencedMap<String, Tensor> tensors();

    /**
     * The tensor of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    default Tensor tensor(String name) {
        Tensor tensor = tensors().get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("the weights have no tensor \"" + name + "\"");
        }
        return tensor;
    }

    /** Copies a tensor, as 32-bit floats, into an array of {@code manager}. */
    default NDArray load(String name, NDManager manager) {
        return tensor(name).load(manager);
    }

    @Override
    void close();
}
