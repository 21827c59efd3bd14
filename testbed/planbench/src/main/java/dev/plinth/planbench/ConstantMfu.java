package dev.plinth.planbench;

import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.model.FlopConvention;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What a napkin says: every run reaches the same share of the peak, the median of those seen. */
final class ConstantMfu implements Predictor {
    @Override
    public String name() {
        return "constant MFU";
    }

    @Override
    public ToDoubleFunction<Measurement> learn(List<Measurement> seen) {
        var share = Scores.median(
                seen.stream().map(row -> ideal(row) / row.seconds()).toList());
        return row -> ideal(row) / share;
    }

    /** Passes through the layers in units of the forward pass. */
    static double passes(Recompute recompute) {
        return recompute == Recompute.FULL ? 4 : 3;
    }

    /** Seconds at the peak, recomputation counted where it is done. */
    static double ideal(Measurement row) {
        var training = row.training();
        var convention =
                row.layout().recompute() == Recompute.FULL ? FlopConvention.WITH_RECOMPUTATION : FlopConvention.MODEL;
        return convention.perStep(training.model(), training.globalBatch(), training.sequence())
                / row.gpus()
                / row.accelerator().peak(training.precision()).orElseThrow();
    }
}
