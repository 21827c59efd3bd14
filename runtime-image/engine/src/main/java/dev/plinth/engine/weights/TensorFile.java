package dev.plinth.engine.weights;

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

    @Override
    void close();
}
