package dev.plinth.engine.llama;

import ai.djl.ndarray.NDArray;

/**
 * Division by the root mean square, then a scale a channel (Zhang and Sennrich 2019, arXiv:1910.07467).
 *
 * @param scale [channels]
 * @param epsilon added to the mean square
 */
record RmsNorm(NDArray scale, float epsilon) {
    NDArray apply(NDArray x) {
        NDArray meanSquare = x.square().mean(new int[] {-1}, true);
        return x.div(meanSquare.add(epsilon).sqrt()).mul(scale);
    }
}
