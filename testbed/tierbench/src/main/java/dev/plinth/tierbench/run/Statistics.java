package dev.plinth.tierbench.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** Figures of samples. */
final class Statistics {
    /** One-sided 95 % quantiles of Student's t by degrees of freedom, from 1. */
    private static final double[] STUDENT = {6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833};

    private static final int BOOTSTRAP = 400;

    private Statistics() {}

    static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    /** Nearest rank. */
    static double quantile(List<Double> values, double share) {
        if (values.isEmpty()) {
            return 0;
        }
        var sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[
                Math.min(
                        sorted.length - 1,
                        (int) Math.ceil(share * sorted.length) - 1 < 0
                                ? 0
                                : (int) Math.ceil(share * sorted.length) - 1)];
    }

    /** Upper end of the 95 % interval of the ratio of pairs, on a logarithmic scale. */
    static double upperRatio(double[] ours, double[] theirs) {
        var logs = new double[ours.length];
        Arrays.setAll(logs, i -> Math.log(ours[i] / theirs[i]));
        double mean = Arrays.stream(logs).average().orElse(0);
        double square =
                Arrays.stream(logs).map(log -> (log - mean) * (log - mean)).sum();
        int freedom = logs.length - 1;
        double error = freedom == 0 ? 0 : Math.sqrt(square / freedom / logs.length);
        return Math.exp(mean + (freedom == 0 ? 0 : STUDENT[Math.min(freedom, STUDENT.length) - 1]) * error);
    }

    /** Mean of the largest values, one in {@code 1 / share} of all. */
    static double tailMean(List<Double> values, double share) {
        int count = Math.max(1, (int) Math.ceil(values.size() * share));
        return mean(
                values.stream().sorted(Comparator.reverseOrder()).limit(count).toList());
    }

    /**
     * Upper end of the 95 % interval of the ratio of a figure of all ours to that of all theirs: seeds are drawn again, with
     * repetition, for both alike (Efron's paired bootstrap).
     */
    static double upperRatio(
            List<List<Double>> oursBySeed, List<List<Double>> theirsBySeed, ToDoubleFunction<List<Double>> figure) {
        var random = new Random(1);
        int seeds = oursBySeed.size();
        var ratios = new ArrayList<Double>();
        for (int draw = 0; draw < BOOTSTRAP; draw++) {
            var drawn = random.ints(seeds, 0, seeds).toArray();
            ratios.add(figure.applyAsDouble(pooled(oursBySeed, drawn))
                    / figure.applyAsDouble(pooled(theirsBySeed, drawn)));
        }
        return quantile(ratios, 0.95);
    }

    private static List<Double> pooled(List<List<Double>> bySeed, int[] seeds) {
        return Arrays.stream(seeds)
                .boxed()
                .flatMap(seed -> bySeed.get(seed).stream())
                .toList();
    }

    /** Slope of a straight line through the logarithms: the power with which y grows in x. */
    static double power(double[] x, double[] y) {
        double meanX = Arrays.stream(x).map(Math::log).average().orElse(0);
        double meanY = Arrays.stream(y).map(Math::log).average().orElse(0);
        double cross = 0;
        double square = 0;
        for (int i = 0; i < x.length; i++) {
            cross += (Math.log(x[i]) - meanX) * (Math.log(y[i]) - meanY);
            square += (Math.log(x[i]) - meanX) * (Math.log(x[i]) - meanX);
        }
        return cross / square;
    }
}
