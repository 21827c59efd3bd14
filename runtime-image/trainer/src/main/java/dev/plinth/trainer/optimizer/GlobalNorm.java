package dev.plinth.trainer.optimizer;

import ai.djl.ndarray.NDArray;

/** The norm of all gradients taken as one vector, and clipping by it, as {@code torch.nn.utils.clip_grad_norm_} does it. */
public final class GlobalNorm {
    private static final double EPSILON = 1e-6;

    private GlobalNorm() {}

    /**
     * Scales the gradient down in place if its norm is larger than {@code limit}.
     *
     * @param gradient every parameter's gradient, as one vector
     * @param limit 0 turns clipping off
     * @return the norm before clipping
     */
    public static double clip(NDArray gradient, double limit) {
        double norm;
        try (NDArray length = gradient.norm()) {
            norm = length.getFloat();
        }
        double scale = limit / (norm + EPSILON);
        if (limit > 0 && scale < 1) {
            gradient.muli((float) scale);
        }
        return norm;
    }
}
