package dev.plinth.planner.time;

import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.FeedForward;
import dev.plinth.planner.model.Matrix;
import dev.plinth.planner.model.ModelShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Seconds of one layer for one micro-batch on one rank.
 *
 * @param forward computation
 * @param backward computation
 * @param selectedAgain what selective recomputation adds
 * @param tensor communication of one forward pass; a backward pass has the same
 * @param expert all-to-all of one forward pass, likewise
 * @param context exchange of keys and values of one forward pass, likewise
 */
public record LayerTime(
        double forward, double backward, double selectedAgain, double tensor, double expert, double context) {
    static final LayerTime NONE = new LayerTime(0, 0, 0, 0, 0, 0);

    /** Kernels that the host starts for the forward pass of a layer, matrix products left out. */
    private static final int SMALL_KERNELS = 14;

    /** Share of the forward pass that making every second product again takes, in a layer of Llama's proportions. */
    private static final double EVERY_SECOND_PRODUCT = 0.45;

    static LayerTime of(Training training, Layout layout, boolean experts, Kernels kernels, Collectives collectives) {
        var model = training.model();
        var tokens = (double) layout.microBatch() * training.sequence() / layout.context();
        var layer = experts ? model.expertLayer() : model.denseLayer();
        var forward = 0.0;
        var backward = 0.0;
        var matrices = training.framework().gathersShards() ? layer.matrices() : merged(layer.matrices());
        for (var matrix : matrices) {
            var split = Split.of(matrix, layout, tokens);
            forward += split.time(kernels, split.rows(), split.outputs(), split.inputs());
            backward += split.time(kernels, split.rows(), split.inputs(), split.outputs())
                    + split.time(kernels, split.inputs(), split.outputs(), split.rows());
        }
        var attention = attention(training, layout, tokens, kernels);
        var small = kernels.elementwise(tokens * bytesPerToken(model, layout, experts, training.precision()));
        // The backward pass reads the gradient besides what the forward pass read, and writes as much: twice the bytes.
        forward = hosted(forward + attention + small, matrices.size() + SMALL_KERNELS, kernels);
        backward = hosted(
                backward + (training.framework().fusedAttention() ? 2.5 : 2) * attention + 2 * small,
                2 * (matrices.size() + SMALL_KERNELS),
                kernels);
        var again = training.framework().fusedAttention()
                ? training.framework().gathersShards() ? EVERY_SECOND_PRODUCT * forward : 0
                : attention;
        return new LayerTime(
                forward,
                backward,
                again,
                tensor(model, layout, tokens, collectives),
                experts ? expert(model, layout, tokens, collectives) : 0,
                context(model, layout, tokens, collectives));
    }

    /** Matrices with one input are multiplied as one by Megatron: query, key and value; gate and up. */
    private static List<Matrix> merged(List<Matrix> matrices) {
        var merged = new ArrayList<Matrix>();
        for (var matrix : matrices) {
            var last = merged.isEmpty() ? matrix : merged.getLast();
            if (!merged.isEmpty() && last.sharesInputWith(matrix)) {
                merged.set(merged.size() - 1, last.beside(matrix));
            } else {
                merged.add(matrix);
            }
        }
        return merged;
    }

    double computation() {
        return forward + backward;
    }

    /** Kernels are started ahead of their turn, so the host costs time only where it is the slower one. */
    private static double hosted(double device, int launches, Kernels kernels) {
        return Math.max(device, launches * kernels.calibration().launchSeconds());
    }

    /** What one rank computes of a matrix, or of each of its experts. */
    private record Split(double experts, double rows, double inputs, double outputs) {
        double time(Kernels kernels, double rows, double columns, double depth) {
            return experts == 0
                    ? kernels.matmul(rows, columns, depth)
                    : kernels.groupedMatmul(experts, rows, columns, depth);
        }

        static Split of(Matrix matrix, Layout layout, double tokens) {
            var tensor = (double) layout.tensor();
            return switch (matrix.split()) {
                case COLUMNS -> new Split(0, tokens, matrix.inputs(), matrix.outputs() / tensor);
                case ROWS -> new Split(0, tokens, matrix.inputs() / tensor, matrix.outputs());
                case NONE ->
                    new Split(
                            0, layout.sequenceParallel() ? tokens / tensor : tokens, matrix.inputs(), matrix.outputs());
                case EXPERTS -> {
                    var mine = (double) matrix.copies() / layout.expert();
                    var visits = tokens / tensor * matrix.activeCopies();
                    yield new Split(mine, visits / mine, matrix.inputs(), matrix.outputs());
                }
            };
        }
    }

    private static double attention(Training training, Layout layout, double tokens, Kernels kernels) {
        var model = training.model();
        var heads = (double) model.attention().heads() / layout.tensor();
        if (training.framework().fusedAttention()) {
            return kernels.fusedAttention(
                    tokens * model.attention().forwardFlopsPerToken(training.sequence()) / layout.tensor());
        }
        var batch = layout.microBatch() * heads;
        var rows = (double) training.sequence() / layout.context();
        // Between the two products: mask and softmax read and write, dropout reads, writes and keeps its mask.
        var scores = tokens * heads * training.sequence() * (model.dropout() ? 9 : 4);
        return kernels.sixteenBitMatmuls(
                        batch, rows, training.sequence(), model.attention().keySize())
                + kernels.sixteenBitMatmuls(batch, rows, model.attention().valueSize(), training.sequence())
                + kernels.elementwise(scores);
    }

    /** Bytes that the kernels between the matrix products read and write for one token in the forward pass. */
    private static double bytesPerToken(ModelShape model, Layout layout, boolean experts, Precision precision) {
        var hidden = (double) model.hidden();
        var attention = model.attention();
        var projected = attention.heads() * (attention.keySize() + attention.valueSize())
                + attention.keyValueHeads() * (attention.keySize() + attention.valueSize());
        // Two norms read and write; two residual additions read two and write one, and a dropout mask.
        var residual = (8 + (model.dropout() ? 14 : 12)) * hidden / (layout.sequenceParallel() ? layout.tensor() : 1);
        var second = experts
                ? model.experts().orElseThrow().active()
                                * (8 * hidden
                                        + gate(model.experts().orElseThrow().each()))
                        + gate(new FeedForward(
                                model.experts().orElseThrow().sharedInner(),
                                model.experts().orElseThrow().each().gated(),
                                false))
                : gate(model.feedForward());
        // Eight-bit products need their inputs converted: read two bytes, write one, for each of the two wide inputs of
        // each half.
        var converted = precision.bytes() < 2 ? 3 * (4 * hidden + second / 4) : 0;
        return residual + (4.0 * projected + second + converted) / layout.tensor();
    }

    private static double gate(FeedForward feedForward) {
        return (feedForward.gated() ? 6.0 : 4.0) * feedForward.inner();
    }

    /** Two all-reduces of the residual, or as many bytes gathered and scattered. */
    private static double tensor(ModelShape model, Layout layout, double tokens, Collectives collectives) {
        return 2 * collectives.allReduce(2 * tokens * model.hidden(), layout.tensor(), 1);
    }

    /**
     * Tokens to their experts and back. A token that has several experts behind one slow link crosses it once (DeepEP), so what
     * crosses a level is counted in distinct domains.
     */
    private static double expert(ModelShape model, Layout layout, double tokens, Collectives collectives) {
        var bytes = 2 * tokens / layout.tensor() * model.hidden();
        return 2 * collectives.toExperts(bytes, model.experts().orElseThrow().active(), layout.expert());
    }

    /** Keys and values go once around the ring (2310.01889). */
    private static double context(ModelShape model, Layout layout, double tokens, Collectives collectives) {
        if (layout.context() == 1) {
            return 0;
        }
        var attention = model.attention();
        var bytes = 2.0
                * tokens
                * attention.keyValueHeads()
                * (attention.keySize() + attention.valueSize())
                / layout.tensor();
        return (layout.context() - 1) * collectives.send(bytes, layout.tensor());
    }
}
