package dev.plinth.planner.time;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.model.Attention;
import dev.plinth.planner.model.Matrix;
import dev.plinth.planner.model.ModelShape;

/**
 * Seconds of serving: a prompt is bound by computation, a token after it by reading weights, keys and values. The constants of
 * training are taken over; no serving table was fitted, so the band is wide.
 */
public final class ServingTimes {
    private static final double BAND = 0.35;

    /** With graphs captured beforehand the host starts a layer in so many seconds. */
    private static final double LAYER_LAUNCH_SECONDS = 8e-6;

    private final ModelShape model;
    private final Precision weights;
    private final Precision cache;
    private final Kernels kernels;
    private final Collectives collectives;

    public ServingTimes(ModelShape model, Accelerator accelerator, Fabric fabric, Precision weights, Precision cache) {
        this.model = model;
        this.weights = weights;
        this.cache = cache;
        var multiplied = accelerator.peak(weights).isPresent() && weights != Precision.INT8 && weights != Precision.INT4
                ? weights
                : accelerator.peak(Precision.BF16).isPresent()
                        ? Precision.BF16
                        : accelerator.peakFlops().firstKey();
        var calibration = Calibrations.of(accelerator, multiplied, Framework.MEGATRON);
        kernels = Kernels.of(accelerator, multiplied, calibration);
        collectives = new Collectives(fabric, calibration);
    }

    public double band() {
        return BAND;
    }

    /** From the start of a prompt's computation to its first token. */
    public double prefillSeconds(int tensor, int pipeline, int promptTokens) {
        var layers = layersSeconds(tensor, promptTokens);
        var attention = kernels.fusedAttention(
                (double) promptTokens * model.layers() * model.attention().forwardFlopsPerToken(promptTokens) / tensor);
        return layers + attention + head(tensor, 1) + messages(tensor, pipeline, promptTokens);
    }

    /** One token of each of so many requests, which have {@code context} tokens each; stages work on a share of them in turn. */
    public double decodeSeconds(int tensor, int pipeline, int requests, int context) {
        var batch = Math.max(1, Math.ceil((double) requests / pipeline));
        var layers = layersSeconds(tensor, batch);
        var attention = model.attention();
        var shared = attention instanceof Attention.Latent ? 1 : Math.min(tensor, attention.keyValueHeads());
        var read = batch * context * model.layers() * attention.cachedPerToken() * cache.bytes() / shared;
        return layers + kernels.elementwise(read) + head(tensor, batch) + messages(tensor, pipeline, batch);
    }

    private double layersSeconds(int tensor, double tokens) {
        var dense = model.denseLayers() == 0 ? 0 : model.denseLayers() * layerSeconds(false, tensor, tokens);
        return dense + (model.expertLayers() == 0 ? 0 : model.expertLayers() * layerSeconds(true, tensor, tokens));
    }

    /** One layer, for so many tokens: the slower of reading the weights and multiplying. */
    private double layerSeconds(boolean experts, int tensor, double tokens) {
        var layer = experts ? model.expertLayer() : model.denseLayer();
        var seconds = 0.0;
        for (var matrix : layer.matrices()) {
            seconds += product(matrix, tensor, tokens);
        }
        return seconds + 2 * collectives.allReduceOfFew(2 * tokens * model.hidden(), tensor) + LAYER_LAUNCH_SECONDS;
    }

    private double product(Matrix matrix, int tensor, double tokens) {
        var bytes = weights.bytes();
        var inputs = (double) matrix.inputs();
        var outputs = (double) matrix.outputs();
        return switch (matrix.split()) {
            case EXPERTS -> {
                var visits = tokens * matrix.activeCopies();
                var touched = distinct((double) matrix.copies(), visits);
                yield kernels.packedMatmul(Math.max(1, touched / tensor), visits / touched, outputs, inputs, bytes);
            }
            case ROWS -> kernels.packedMatmul(1, tokens, outputs, inputs / tensor, bytes);
            case COLUMNS -> kernels.packedMatmul(1, tokens, outputs / tensor, inputs, bytes);
            case NONE -> kernels.packedMatmul(1, tokens, outputs, inputs, bytes);
        };
    }

    /** Expected number of different experts among so many draws. */
    private static double distinct(double experts, double draws) {
        return experts * (1 - Math.pow(1 - 1 / experts, draws));
    }

    private double head(int tensor, double tokens) {
        var columns = (double) model.vocabulary() / tensor;
        return kernels.elementwise(columns * model.hidden() * 2) + kernels.elementwise(tokens * columns * 4);
    }

    private double messages(int tensor, int pipeline, double tokens) {
        return pipeline == 1 ? 0 : (pipeline - 1) * collectives.send(2 * tokens * model.hidden() / tensor, tensor);
    }
}
