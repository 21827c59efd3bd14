package dev.plinth.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter, 2019), in the order of operations of {@code torch.optim.AdamW}:
 * epsilon is added after bias correction. Works in place on one vector of parameters.
 *
 * @param epsilon added to the root of the second moment
 * @param decayed leading elements of the vector that weight decay applies to
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay, long decayed) {

    /**
     * Makes one update.
     *
     * @param step number of this update, from 1
     * @param parameters changed in place, as are both moments
     * @param firstMoment running mean of the gradient
     * @param secondMoment running mean of its square
     */
    public void update(
            int step,
            double learningRate,
            NDArray parameters,
            NDArray gradient,
            NDArray firstMoment,
            NDArray secondMoment) {
        try (NDArray matrices = parameters.get(new NDIndex("0:{}", decayed))) {
            matrices.muli((float) (1 - learningRate * weightDecay));
        }
        try (NDArray fresh = gradient.mul((float) (1 - beta1))) {
            firstMoment.muli((float) beta1).addi(fresh);
        }
        try (NDArray fresh = gradient.square()) {
            secondMoment.muli((float) beta2).addi(fresh.muli((float) (1 - beta2)));
        }
        double correction1 = 1 - Math.pow(beta1, step);
        double correction2 = 1 - Math.pow(beta2, step);
        try (NDArray denominator = secondMoment.sqrt();
                NDArray change = firstMoment.mul((float) (learningRate / correction1))) {
            denominator.divi((float) Math.sqrt(correction2)).addi((float) epsilon);
            parameters.subi(change.divi(denominator));
        }
    }
}
