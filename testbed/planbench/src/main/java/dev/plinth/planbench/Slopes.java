package dev.plinth.planbench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * How well a prediction follows a change: mean over pairs of rows that differ in one thing of |log (predicted ratio / measured
 * ratio)|. A model can be off by a factor and still choose rightly, if its slopes are right.
 */
final class Slopes {
    private Slopes() {}

    private record Pair(Measurement one, Measurement other) {}

    /** Rows of one table that are equal but for the number of accelerators. */
    static double overGpus(List<Measurement> rows, ToDoubleFunction<Measurement> predict) {
        return error(
                rows,
                predict,
                pair -> sameModel(pair)
                        && pair.one.gpus() != pair.other.gpus()
                        && pair.one.layout().tensor() == pair.other.layout().tensor()
                        && pair.one.layout().pipeline() == pair.other.layout().pipeline()
                        && pair.one.layout().recompute() == pair.other.layout().recompute()
                        && pair.one.layout().virtualStages()
                                == pair.other.layout().virtualStages());
    }

    /** Rows with equal degrees and another micro-batch. */
    static double overMicroBatch(List<Measurement> rows, ToDoubleFunction<Measurement> predict) {
        return error(
                rows,
                predict,
                pair -> sameModel(pair)
                        && pair.one.degrees().equals(pair.other.degrees())
                        && pair.one.layout().recompute() == pair.other.layout().recompute()
                        && pair.one.layout().microBatch() != pair.other.layout().microBatch());
    }

    static double overRecompute(List<Measurement> rows, ToDoubleFunction<Measurement> predict) {
        return error(
                rows,
                predict,
                pair -> sameModel(pair)
                        && pair.one.degrees().equals(pair.other.degrees())
                        && pair.one.layout().recompute() != pair.other.layout().recompute());
    }

    private static boolean sameModel(Pair pair) {
        return pair.one.table().equals(pair.other.table()) && pair.one.size().equals(pair.other.size());
    }

    private static double error(
            List<Measurement> rows, ToDoubleFunction<Measurement> predict, Predicate<Pair> differInOneThing) {
        var errors = new ArrayList<Double>();
        for (var i = 0; i < rows.size(); i++) {
            for (var j = i + 1; j < rows.size(); j++) {
                var pair = new Pair(rows.get(i), rows.get(j));
                if (differInOneThing.test(pair)) {
                    var predicted = predict.applyAsDouble(pair.one) / predict.applyAsDouble(pair.other);
                    errors.add(Math.abs(Math.log(predicted * pair.other.seconds() / pair.one.seconds())));
                }
            }
        }
        return errors.stream().mapToDouble(each -> each).average().orElse(Double.NaN);
    }
}
