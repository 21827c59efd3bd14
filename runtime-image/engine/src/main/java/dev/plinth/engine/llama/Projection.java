package dev.plinth.engine.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.core.Linear;

/**
 * A linear map without bias.
 *
 * @param weight [outputs, inputs]
 */
record Projection(NDArray weight) {
    NDArray apply(NDArray x) {
        return Linear.linear(x, weight).singletonOrThrow();
    }
}
