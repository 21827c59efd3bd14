package dev.plinth.planner.serve;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.model.ModelShape;

/**
 * Asks how to serve a model.
 *
 * @param weights format of the layers' weights; INT8 and INT4 are unpacked and multiplied in sixteen bits
 * @param cache format of keys and values
 * @param mostPerReplica accelerators of one replica at most
 */
public record ServingRequest(
        ModelShape model,
        Accelerator accelerator,
        Fabric fabric,
        Precision weights,
        Precision cache,
        Load load,
        Objective objective,
        int mostPerReplica) {
    /**
     * What comes in.
     *
     * @param promptTokens of a usual request
     * @param outputTokens of a usual request
     */
    public record Load(double requestsPerSecond, int promptTokens, int outputTokens) {
        int tokens() {
            return promptTokens + outputTokens;
        }
    }

    /**
     * What the user is promised.
     *
     * @param firstTokenSeconds from the start of a request's computation to its first token
     * @param perTokenSeconds between the tokens that follow
     */
    public record Objective(double firstTokenSeconds, double perTokenSeconds) {}
}
