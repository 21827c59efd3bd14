package dev.plinth.planner.memory;

/**
 * Bytes on one accelerator at the peak of a step.
 *
 * @param weights as kept between steps
 * @param gradients of all micro-batches
 * @param optimizer Adam's moments, and fp32 weights where they are kept apart
 * @param activations kept for the backward pass by the micro-batches in flight
 * @param workspace what one layer needs while it is worked on: activations made again, gradients of activations, gathered weights
 * @param logits and the loss, on the last stage
 * @param margin lost to fragmentation
 * @param runtime context and communication buffers that no allocator shows
 */
public record MemoryUse(
        double weights,
        double gradients,
        double optimizer,
        double activations,
        double workspace,
        double logits,
        double margin,
        double runtime) {
    public double total() {
        return allocated() + runtime;
    }

    /** What the framework's allocator reports as its peak. */
    public double allocated() {
        return states() + activations + workspace + logits + margin;
    }

    public double states() {
        return weights + gradients + optimizer;
    }
}
