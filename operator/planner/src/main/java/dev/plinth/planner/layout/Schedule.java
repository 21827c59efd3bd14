package dev.plinth.planner.layout;

/** In which order a pipeline stage works on its micro-batches. */
public enum Schedule {
    /** All forward passes, then all backward passes (1811.06965). */
    GPIPE,
    /** One forward, one backward (2006.09503); with several virtual stages, interleaved (2104.04473). */
    ONE_F_ONE_B,
    /** The backward pass of weights fills the gaps (2401.10241, H1: memory as of 1F1B). */
    ZERO_BUBBLE;

    /**
     * Layers' worth of activations a stage holds at once, in micro-batches of its own layers.
     *
     * @param stage 0 for the first
     */
    public double inFlight(int stages, int stage, int virtualStages, int microBatches) {
        if (this == GPIPE) {
            return microBatches;
        }
        if (virtualStages == 1) {
            return Math.min(microBatches, stages - stage);
        }
        var chunks = 2 * (stages - stage - 1) + (virtualStages - 1) * stages + 1;
        return Math.min((double) microBatches * virtualStages, chunks) / virtualStages;
    }

    /**
     * Idle time of the pipeline in units of one micro-batch's forward and backward pass through a stage.
     *
     * @param weightShare share of that pass spent on gradients of weights, which ZERO_BUBBLE may shift
     */
    public double bubble(int stages, int virtualStages, double weightShare) {
        var gap = (stages - 1.0) / virtualStages;
        return this == ZERO_BUBBLE ? gap * (1 - 2 * weightShare) : gap;
    }

    @Override
    public String toString() {
        return switch (this) {
            case GPIPE -> "GPipe";
            case ONE_F_ONE_B -> "1F1B";
            case ZERO_BUBBLE -> "zero bubble";
        };
    }
}
