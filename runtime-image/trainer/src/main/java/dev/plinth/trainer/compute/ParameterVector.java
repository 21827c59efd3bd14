package dev.plinth.trainer.compute;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.plinth.engine.llama.LlamaConfig;
import dev.plinth.engine.llama.LlamaWeights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * How a model's parameters lie in one vector: matrices first, then the scales of the norms, so that what weight decay
 * applies to is one piece. One vector makes the exchange between ranks, clipping and the optimizer a few long operations
 * instead of many short ones.
 */
final class ParameterVector {
    private record Place(long from, Shape shape) {}

    private final SequencedMap<String, Place> places = new LinkedHashMap<>();
    private final long matrixElements;
    private final long elements;

    ParameterVector(LlamaConfig config) {
        SequencedMap<String, Shape> shapes = LlamaWeights.shapes(config);
        long end = 0;
        for (boolean matrices : new boolean[] {true, false}) {
            for (Map.Entry<String, Shape> parameter : shapes.entrySet()) {
                if (parameter.getValue().dimension() > 1 == matrices) {
                    places.put(parameter.getKey(), new Place(end, parameter.getValue()));
                    end += parameter.getValue().size();
                }
            }
        }
        elements = end;
        matrixElements = places.values().stream()
                .filter(place -> place.shape.dimension() > 1)
                .mapToLong(place -> place.shape.size())
                .sum();
    }

    long elements() {
        return elements;
    }

    long matrixElements() {
        return matrixElements;
    }

    /** Lays named parameters out as one vector, in the manager of the first. */
    NDArray join(Map<String, NDArray> parameters) {
        NDList pieces = new NDList();
        for (String name : places.keySet()) {
            pieces.add(Objects.requireNonNull(parameters.get(name), name).flatten());
        }
        return NDArrays.concat(pieces);
    }

    /** The named parts of a vector; they share its memory and belong to {@code scope}. */
    SequencedMap<String, NDArray> parts(NDArray vector, NDManager scope) {
        SequencedMap<String, NDArray> parts = new LinkedHashMap<>();
        places.forEach((name, place) -> {
            NDIndex range = new NDIndex("{}:{}", place.from, place.from + place.shape.size());
            parts.put(name, vector.get(scope, range).reshape(place.shape));
        });
        return parts;
    }
}
