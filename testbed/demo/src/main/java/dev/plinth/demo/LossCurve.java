package dev.plinth.demo;

import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The losses seen so far, by step; a step that is done again after a repair counts with its newest loss. */
final class LossCurve {
    private static final String BARS = "▁▂▃▄▅▆▇█";

    private final NavigableMap<Long, Double> losses = new TreeMap<>();

    void add(long step, double loss) {
        losses.put(step, loss);
    }

    /** Bars of at most {@code width} columns, each the mean of its share of the steps, with the first and the last loss beside them. */
    String draw(int width) {
        if (losses.isEmpty()) {
            return "";
        }
        double[] values =
                losses.values().stream().mapToDouble(Double::doubleValue).toArray();
        int columns = Math.min(width, values.length);
        double[] means = new double[columns];
        for (int column = 0; column < columns; column++) {
            int from = (int) ((long) column * values.length / columns);
            int to = (int) ((long) (column + 1) * values.length / columns);
            double sum = 0;
            for (int i = from; i < to; i++) {
                sum += values[i];
            }
            means[column] = sum / (to - from);
        }
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double mean : means) {
            low = Math.min(low, mean);
            high = Math.max(high, mean);
        }
        var bars = new StringBuilder();
        for (double mean : means) {
            int height = high == low ? 0 : (int) Math.round((mean - low) / (high - low) * (BARS.length() - 1));
            bars.append(BARS.charAt(height));
        }
        return String.format(Locale.ROOT, "%.2f %s %.2f", values[0], bars, values[values.length - 1]);
    }
}
