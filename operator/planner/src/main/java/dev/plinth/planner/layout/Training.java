package dev.plinth.planner.layout;

import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.model.ModelShape;

/**
 * What is to be trained and with what.
 *
 * @param sequence tokens of one sample
 * @param globalBatch samples of one step over all accelerators
 * @param precision of the matrix multiplications
 */
public record Training(ModelShape model, int sequence, int globalBatch, Precision precision, Framework framework) {
    public Training withSequence(int tokens) {
        return new Training(model, tokens, globalBatch, precision, framework);
    }

    public Training withGlobalBatch(int samples) {
        return new Training(model, sequence, samples, precision, framework);
    }

    public Training with(Precision other) {
        return new Training(model, sequence, globalBatch, other, framework);
    }

    public double tokensPerStep() {
        return (double) globalBatch * sequence;
    }
}
