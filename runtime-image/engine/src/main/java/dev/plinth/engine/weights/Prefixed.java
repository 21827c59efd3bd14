package dev.plinth.engine.weights;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/** A file whose tensors are called by other names: some are saved without the model around them, others with it. */
public final class Prefixed implements TensorFile {
    private final TensorFile file;
    private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();

    private Prefixed(TensorFile file, UnaryOperator<String> name) {
        this.file = file;
        file.tensors().forEach((own, tensor) -> tensors.put(name.apply(own), tensor));
    }

    /**
     * Every name with a prefix before it.
     *
     * @param file closed with this
     */
    public static TensorFile with(TensorFile file, String prefix) {
        return new Prefixed(file, prefix::concat);
    }

    /**
     * Names without the prefix, where they have it.
     *
     * @param file closed with this
     */
    public static TensorFile without(TensorFile file, String prefix) {
        return new Prefixed(file, own -> own.startsWith(prefix) ? own.substring(prefix.length()) : own);
    }

    @Override
    public SequencedMap<String, Tensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        file.close();
    }
}
