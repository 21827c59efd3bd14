package dev.plinth.planbench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How well predictions agree with measurements. */
final class Scores {
    private Scores() {}

    /** Mean of |predicted / measured - 1|. */
    static double mape(List<Measurement> rows, ToDoubleFunction<Measurement> predict) {
        return rows.stream()
                .mapToDouble(row -> Math.abs(predict.applyAsDouble(row) / row.seconds() - 1))
                .average()
                .orElseThrow();
    }

    static double medianError(List<Measurement> rows, ToDoubleFunction<Measurement> predict) {
        return median(rows.stream()
                .map(row -> Math.abs(predict.applyAsDouble(row) / row.seconds() - 1))
                .toList());
    }

    /** Mean of |log (predicted / measured)|: twice as long is as wrong as half as long. */
    static double logError(List<Measurement> rows, ToDoubleFunction<Measurement> predict) {
        return rows.stream()
                .mapToDouble(row -> Math.abs(Math.log(predict.applyAsDouble(row) / row.seconds())))
                .average()
                .orElseThrow();
    }

    /** What the best of the {@code tried} rows that look fastest costs above the fastest of all. */
    static double regret(List<Measurement> rows, ToDoubleFunction<Measurement> predict, int tried) {
        var chosen = rows.stream()
                .sorted(Comparator.comparingDouble(predict))
                .limit(tried)
                .mapToDouble(Measurement::seconds)
                .min()
                .orElseThrow();
        var best = rows.stream().mapToDouble(Measurement::seconds).min().orElseThrow();
        return chosen / best - 1;
    }

    /** Spearman's rank correlation; equal values share the mean of their ranks. */
    static double rankCorrelation(List<Measurement> rows, ToDoubleFunction<Measurement> predict) {
        var predicted = ranks(rows.stream().map(predict::applyAsDouble).toList());
        var measured = ranks(rows.stream().map(Measurement::seconds).toList());
        return correlation(predicted, measured);
    }

    private static double[] ranks(List<Double> values) {
        var ranks = new double[values.size()];
        for (var i = 0; i < ranks.length; i++) {
            var value = values.get(i);
            var below = values.stream().filter(other -> other < value).count();
            var equal = values.stream().filter(other -> other.equals(value)).count();
            ranks[i] = below + (equal - 1) / 2.0;
        }
        return ranks;
    }

    private static double correlation(double[] x, double[] y) {
        var mean = (x.length - 1) / 2.0;
        var xy = 0.0;
        var xx = 0.0;
        var yy = 0.0;
        for (var i = 0; i < x.length; i++) {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }
        return xy / Math.sqrt(xx * yy);
    }

    static double median(List<Double> values) {
        var sorted = new ArrayList<>(values);
        sorted.sort(Comparator.naturalOrder());
        var middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
