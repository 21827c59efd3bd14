package dev.plinth.trainer.optimizer;

/**
 * Linear warm-up to the peak, then half a cosine down to a tenth of the peak at the last step, as in the Llama papers.
 *
 * @param warmupSteps 0 to begin at the peak
 * @param steps optimizer steps of the whole run
 */
public record LearningRate(double peak, int warmupSteps, int steps) {
    private static final double LAST = 0.1;

    /** The rate of update {@code step}, counted from 1. */
    public double at(int step) {
        if (step <= warmupSteps) {
            return peak * step / warmupSteps;
        }
        double done = steps == warmupSteps ? 1 : (double) (step - warmupSteps) / (steps - warmupSteps);
        return peak * (LAST + (1 - LAST) * (1 + Math.cos(Math.PI * done)) / 2);
    }
}
