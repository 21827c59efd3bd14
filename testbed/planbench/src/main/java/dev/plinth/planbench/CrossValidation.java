package dev.plinth.planbench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Predicts each row with constants learned from rows of other groups only. */
final class CrossValidation {
    private CrossValidation() {}

    /**
     * Leaves each group out once. Rows that differ only in their micro-batch must share a group, or the fold is no test.
     *
     * @param group key of a row's group
     */
    static ToDoubleFunction<Measurement> leavingOut(
            Predictor predictor, List<Measurement> rows, Function<Measurement, String> group) {
        var predictions = new IdentityHashMap<Measurement, Double>();
        for (var held : groups(rows, group)) {
            var others =
                    rows.stream().filter(row -> !group.apply(row).equals(held)).toList();
            var learned = predictor.learn(others);
            rows.stream()
                    .filter(row -> group.apply(row).equals(held))
                    .forEach(row -> predictions.put(row, learned.applyAsDouble(row)));
        }
        return look(predictions);
    }

    private static ToDoubleFunction<Measurement> look(Map<Measurement, Double> predictions) {
        return row -> {
            var prediction = predictions.get(row);
            if (prediction == null) {
                throw new IllegalStateException("no prediction of " + row);
            }
            return prediction;
        };
    }

    static List<String> groups(List<Measurement> rows, Function<Measurement, String> group) {
        var groups = new ArrayList<>(rows.stream().map(group).distinct().toList());
        groups.sort(Comparator.naturalOrder());
        return groups;
    }
}
