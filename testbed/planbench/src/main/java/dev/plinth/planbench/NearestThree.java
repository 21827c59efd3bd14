package dev.plinth.planbench;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What a notebook says: the mean share of the peak that the three most similar known runs reached. */
final class NearestThree implements Predictor {
    @Override
    public String name() {
        return "3 neighbours";
    }

    @Override
    public ToDoubleFunction<Measurement> learn(List<Measurement> seen) {
        return row -> {
            var share = seen.stream()
                    .sorted(Comparator.comparingDouble((Measurement other) -> distance(row, other)))
                    .limit(3)
                    .mapToDouble(other -> ConstantMfu.ideal(other) / other.seconds())
                    .average()
                    .orElseThrow();
            return ConstantMfu.ideal(row) / share;
        };
    }

    /** Euclid's, between the logarithms of degrees, micro-batches and sizes. */
    private static double distance(Measurement one, Measurement other) {
        var a = features(one);
        var b = features(other);
        var sum = 0.0;
        for (var i = 0; i < a.length; i++) {
            var ratio = Math.log(a[i] / b[i]);
            sum += ratio * ratio;
        }
        return sum;
    }

    private static double[] features(Measurement row) {
        var layout = row.layout();
        return new double[] {
            layout.tensor(),
            layout.pipeline(),
            layout.data(),
            layout.microBatch(),
            layout.microBatches(row.training().globalBatch()),
            row.training().model().hidden(),
            ConstantMfu.passes(layout.recompute())
        };
    }
}
