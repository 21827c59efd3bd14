package dev.plinth.planner.serve;

import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.memory.MemoryModel;
import dev.plinth.planner.model.Attention;
import dev.plinth.planner.model.ModelShape;

/**
 * Bytes on one accelerator of a replica.
 *
 * @param weights of its part of the model
 * @param workspace activations of the largest batch of prompt tokens worked on at once
 * @param available for keys and values; negative if the weights alone do not fit
 * @param perToken of keys and values
 */
record ServingMemory(double weights, double workspace, double available, double perToken) {
    /** Prompt tokens worked on at once; what vLLM takes at most unless told otherwise on large accelerators. */
    static final int CHUNK_TOKENS = 8192;

    /** Scales of four-bit weights: sixteen bits, and four of zero point, for each group of 128. */
    private static final double GROUP_SCALE_BYTES = 2.5 / 128;

    /** Left to fragmentation and growth of the process. */
    private static final double RESERVE = 0.05;

    static ServingMemory of(ServingRequest request, int tensor, int pipeline) {
        var model = request.model();
        var weights = weights(model, request.weights()) / (tensor * pipeline);
        var hidden = (double) model.hidden();
        var inner = model.experts()
                .map(experts -> experts.active() * experts.each().inner())
                .orElse(model.feedForward().inner());
        var workspace =
                2.0 * CHUNK_TOKENS * (4 * hidden + 3.0 * inner / tensor) + 4.0 * model.vocabulary() / tensor * 256;
        var memory = request.accelerator().memoryBytes() * (1 - RESERVE) - MemoryModel.RUNTIME_BYTES;
        return new ServingMemory(weights, workspace, memory - weights - workspace, perToken(request, tensor, pipeline));
    }

    /** All weights: layers in their format, embedding and head in sixteen bits. */
    static double weights(ModelShape model, Precision precision) {
        var ends = (double) model.embeddingParameters() + model.headParameters();
        var scales = precision == Precision.INT4 || precision == Precision.FP4 ? GROUP_SCALE_BYTES : 0;
        return (model.parameters() - ends) * (precision.bytes() + scales) + ends * Math.max(2, precision.bytes());
    }

    /** Tensor ranks share key-value heads until each has one; a latent cannot be shared. */
    private static double perToken(ServingRequest request, int tensor, int pipeline) {
        var attention = request.model().attention();
        var shared = attention instanceof Attention.Latent ? 1 : Math.min(tensor, attention.keyValueHeads());
        var layers = Math.ceil((double) request.model().layers() / pipeline);
        return layers * attention.cachedPerToken() * request.cache().bytes() / shared;
    }

    long tokens() {
        return available <= 0 ? 0 : (long) (available / perToken);
    }
}
