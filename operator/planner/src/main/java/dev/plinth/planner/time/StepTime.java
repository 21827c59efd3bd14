package dev.plinth.planner.time;

/**
 * Seconds of one training step, by what they are spent on; the parts add up.
 *
 * @param compute forward and backward passes of the slowest stage, once
 * @param recompute activations made again
 * @param tensor exposed communication of tensor parallelism
 * @param expert exposed communication of expert parallelism
 * @param context exposed communication of context parallelism
 * @param pipeline exposed messages between stages
 * @param bubble stages waiting for each other
 * @param data exposed communication of data parallelism
 * @param optimizer update of the weights
 * @param band relative error that four of five predictions stay within
 */
public record StepTime(
        double compute,
        double recompute,
        double tensor,
        double expert,
        double context,
        double pipeline,
        double bubble,
        double data,
        double optimizer,
        double band) {
    public double seconds() {
        return compute + recompute + tensor + expert + context + pipeline + bubble + data + optimizer;
    }

    public double lowSeconds() {
        return seconds() / (1 + band);
    }

    public double highSeconds() {
        return seconds() * (1 + band);
    }
}
