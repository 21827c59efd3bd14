package dev.plinth.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.weights.TensorFile;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** An adapter's tensors under the names that {@code decoder.py} gives them: {@code q.down, q.up} and so on. */
final class AdapterWeights {
    /** What PEFT puts before the names of the model. */
    private static final String PREFIX = "base_model.model.";

    private static final String DOWN = ".lora_A.weight";
    private static final String UP = ".lora_B.weight";

    private final Adapter adapter;
    private final TensorFile file;
    private final DecoderWeights model;

    AdapterWeights(Adapter adapter, TensorFile file, DecoderWeights model) {
        this.adapter = adapter;
        this.file = file;
        this.model = model;
    }

    /**
     * Looks whether the adapter was made for this model.
     *
     * @throws IllegalArgumentException if not; the message says by which tensor one sees it
     */
    void check(int layers) {
        Set<String> known = new HashSet<>();
        for (int layer = 0; layer < layers; layer++) {
            model.adaptable(layer).forEach((map, part) -> {
                if (file.tensors().containsKey(PREFIX + map + DOWN)
                        || file.tensors().containsKey(PREFIX + map + UP)) {
                    require(map + DOWN, new Shape(adapter.rank(), part.shape().get(1)));
                    require(map + UP, new Shape(part.shape().get(0), adapter.rank()));
                    known.add(PREFIX + map + DOWN);
                    known.add(PREFIX + map + UP);
                }
            });
        }
        for (String name : file.tensors().keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "the adapter was made for another base model, or changes what cannot be changed here: \"%s\""
                                .formatted(name));
            }
        }
        if (known.isEmpty()) {
            throw new IllegalArgumentException("the adapter changes nothing");
        }
    }

    private void require(String name, Shape shape) {
        Shape found = file.tensor(PREFIX + name).shape();
        if (!found.equals(shape)) {
            throw new IllegalArgumentException(
                    "the adapter was made for another base model: tensor \"%s\" has shape %s, but this model asks for %s"
                            .formatted(name, found, shape));
        }
    }

    /** What it changes in a layer. */
    Map<String, NDArray> layer(int index, NDManager manager) {
        Map<String, NDArray> layer = new HashMap<>();
        model.adaptable(index).forEach((map, part) -> {
            if (file.tensors().containsKey(PREFIX + map + DOWN)) {
                layer.put(part.name() + ".down", numbers(map + DOWN, manager));
                layer.put(part.name() + ".up", numbers(map + UP, manager).mul(adapter.scale()));
            }
        });
        return layer;
    }

    private NDArray numbers(String name, NDManager manager) {
        NDArray loaded = file.load(PREFIX + name, manager);
        // A sum is a number only if all of its terms are.
        if (!Float.isFinite(loaded.sum().getFloat())) {
            throw new IllegalArgumentException(
                    "tensor \"%s\" of the adapter is damaged: not all of it are numbers".formatted(name));
        }
        return loaded;
    }
}
