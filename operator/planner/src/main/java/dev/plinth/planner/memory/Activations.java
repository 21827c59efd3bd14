package dev.plinth.planner.memory;

import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.Attention;
import dev.plinth.planner.model.FeedForward;
import dev.plinth.planner.model.Matrix;
import dev.plinth.planner.model.ModelShape;

/**
 * Bytes that one layer keeps for its backward pass, for one micro-batch on one rank (2205.05198, generalised to grouped queries,
 * gates and experts). Half-precision values take two bytes, dropout masks one.
 *
 * @param tokens of the micro-batch on one context rank
 */
public record Activations(
        ModelShape model, Framework framework, int sequence, double tokens, int tensor, boolean sequenceParallel) {
    static Activations of(Training training, Layout layout) {
        var tokens = (double) layout.microBatch() * training.sequence() / layout.context();
        return new Activations(
                training.model(),
                training.framework(),
                training.sequence(),
                tokens,
                layout.tensor(),
                layout.sequenceParallel());
    }

    /** Bytes kept by one layer. */
    public double perLayer(boolean experts, Recompute recompute) {
        return tokens
                * switch (recompute) {
                    case FULL -> residual(2);
                    case NONE -> attentionHalf() + scores() + secondHalf(experts) + gatheredInputs();
                    case SELECTIVE ->
                        framework.gathersShards() ? everySecondProduct(experts) : attentionHalf() + secondHalf(experts);
                };
    }

    /** Values as wide as the residual stream: on every tensor rank, unless sequence parallelism divides them. */
    private double residual(double bytes) {
        return bytes * model.hidden() / (sequenceParallel ? tensor : 1);
    }

    /** PyTorch keeps the gathered inputs of both halves; Megatron gathers them again. */
    private double gatheredInputs() {
        return sequenceParallel && framework.gathersShards() ? 4.0 * model.hidden() : 0;
    }

    private double mask() {
        return model.dropout() ? residual(1) : 0;
    }

    private double attentionHalf() {
        var attention = model.attention();
        var heads = attention.heads();
        var projected = 2.0 * heads * attention.keySize()
                + 2.0 * attention.keyValueHeads() * (attention.keySize() + attention.valueSize())
                + 2.0 * heads * attention.valueSize();
        var latent = attention instanceof Attention.Latent ? 4.0 * attention.vectors() : 0;
        return residual(4) + latent + projected / tensor + mask();
    }

    /** Probabilities, and where there is dropout its mask and result; a fused kernel keeps one number a row instead. */
    private double scores() {
        var heads = (double) model.attention().heads() / tensor;
        if (framework.fusedAttention()) {
            return 4 * heads;
        }
        return (model.dropout() ? 5 : 2) * heads * sequence;
    }

    private double secondHalf(boolean experts) {
        if (!experts) {
            return residual(4) + inner(model.feedForward()) / tensor + mask();
        }
        var mixture = model.experts().orElseThrow();
        var shared = new FeedForward(mixture.sharedInner(), mixture.each().gated(), false);
        var routed = mixture.active() * (4.0 * model.hidden() + inner(mixture.each()));
        return residual(4) + 4.0 * mixture.count() / tensor + (routed + inner(shared)) / tensor + mask();
    }

    private static double inner(FeedForward feedForward) {
        return (feedForward.gated() ? 6.0 : 4.0) * feedForward.inner();
    }

    /** As torchtitan's selective mode does: attention's result and every second matrix product in order of computation. */
    private double everySecondProduct(boolean experts) {
        var layer = experts ? model.expertLayer() : model.denseLayer();
        var kept = 0.0;
        var product = 0;
        for (var matrix : layer.matrices()) {
            if (product++ % 2 == 0) {
                var width = 2.0 * matrix.outputs() * matrix.activeCopies();
                kept += matrix.split() == Matrix.Split.ROWS ? width / (sequenceParallel ? tensor : 1) : width / tensor;
            }
        }
        var attention = model.attention();
        return residual(2) + kept + 2.0 * attention.heads() * attention.valueSize() / tensor + scores();
    }

    /** Gradients of activations that live at once while one layer's backward pass runs: the widest tensors and the residual. */
    double gradientsInLayer(boolean experts) {
        var feedForward = experts ? model.experts().orElseThrow().each() : model.feedForward();
        var copies = experts ? model.experts().orElseThrow().active() : 1;
        var wide = (feedForward.gated() ? 6.0 : 4.0) * feedForward.inner() * copies / tensor;
        var scores = framework.fusedAttention() ? 0 : 4.0 * model.attention().heads() * sequence / tensor;
        return tokens * (Math.max(wide, scores) + residual(4) + (sequenceParallel ? 4.0 * model.hidden() : 0));
    }
}
