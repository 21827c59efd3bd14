package dev.plinth.planbench;

import dev.plinth.planner.time.Calibrations;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Our model; what it learns are constants of {@link Calibrations}, drawn to what one would expect without any measurement. */
final class Plinth implements Predictor {
    /** Learned from the iteration times on A100. */
    static final List<Fit.Parameter> AMPERE = List.of(
            new Fit.Parameter("AMPERE.matmul16", 0.80, 0.5, 1),
            new Fit.Parameter("AMPERE.scaleUp", 0.78, 0.3, 1),
            new Fit.Parameter("AMPERE.network", 0.80, 0.1, 1),
            new Fit.Parameter("CLASSIC.memory", 0.80, 0.4, 1),
            new Fit.Parameter("CLASSIC.pipelineExposure", 0.50, 0.01, 2));

    /** Learned from published tables, with the constants of A100 held. */
    static final List<Fit.Parameter> LATER = List.of(
            new Fit.Parameter("HOPPER.matmul16", 0.70, 0.3, 1),
            new Fit.Parameter("HOPPER.matmul8", 0.60, 0.3, 1),
            new Fit.Parameter("BLACKWELL.matmul8", 0.60, 0.3, 1),
            new Fit.Parameter("BLACKWELL.matmul4", 0.40, 0.2, 1),
            new Fit.Parameter("FSDP.memory", 0.60, 0.2, 1),
            new Fit.Parameter("FSDP.dataExposure", 0.30, 0.01, 1),
            new Fit.Parameter("COMPILED.attention", 0.50, 0.2, 1),
            new Fit.Parameter("COMPILED.tensorExposure", 0.80, 0.05, 1),
            new Fit.Parameter("COMPILED.memory", 0.80, 0.2, 1),
            new Fit.Parameter("MEGATRON.tensorExposure", 0.50, 0.05, 1),
            new Fit.Parameter("MEGATRON.expertExposure", 0.50, 0.05, 1),
            new Fit.Parameter("MEGATRON.grouped", 0.70, 0.3, 1));

    @Override
    public String name() {
        return "plinth";
    }

    @Override
    public ToDoubleFunction<Measurement> learn(List<Measurement> seen) {
        return fit(AMPERE, seen)::predict;
    }

    /** What one would say of A100 without any measurement. */
    static Constants expected() {
        return new Constants(
                AMPERE, AMPERE.stream().mapToDouble(Fit.Parameter::expected).toArray());
    }

    static Constants fit(List<Fit.Parameter> parameters, List<Measurement> seen) {
        var found = Fit.fit(parameters, values -> Scores.logError(seen, new Constants(parameters, values)::predict));
        return new Constants(parameters, found);
    }
}
