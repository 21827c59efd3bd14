package dev.plinth.planbench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Finds constants by walking along one axis at a time; the same input gives the same constants. */
final class Fit {
    /** Error that moving a constant by a factor of e is worth: what has no say in the data stays where physics puts it. */
    private static final double PULL = 0.02;

    private static final double FIRST_STEP = 0.2;
    private static final double LAST_STEP = 0.005;

    private Fit() {}

    /** @param expected what one would say without any measurement */
    record Parameter(String name, double expected, double least, double most) {}

    static double[] fit(List<Parameter> parameters, ToDoubleFunction<double[]> error) {
        var at = parameters.stream().mapToDouble(Parameter::expected).toArray();
        var best = cost(parameters, error, at);
        for (var step = FIRST_STEP; step > LAST_STEP; ) {
            var before = best;
            for (var i = 0; i < at.length; i++) {
                for (var factor : new double[] {1 + step, 1 / (1 + step)}) {
                    var there = at.clone();
                    there[i] = Math.clamp(
                            at[i] * factor,
                            parameters.get(i).least(),
                            parameters.get(i).most());
                    var cost = cost(parameters, error, there);
                    if (cost < best - 1e-7) {
                        best = cost;
                        at = there;
                    }
                }
            }
            if (best == before) {
                step /= 1.5;
            }
        }
        return at;
    }

    private static double cost(List<Parameter> parameters, ToDoubleFunction<double[]> error, double[] at) {
        var pull = 0.0;
        for (var i = 0; i < at.length; i++) {
            var moved = Math.log(at[i] / parameters.get(i).expected());
            pull += moved * moved;
        }
        return error.applyAsDouble(at) + PULL * pull;
    }
}
