package dev.plinth.planbench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How well step times on A100 are predicted from rows of other layouts and other sizes, beside what others do with the same rows. */
final class Accuracy {
    private static final String PEERS =
            "Calculon 0.153, vTrain 0.147 (<= 512 A100, its own paper), ten-parameter fit 0.089 (random folds)";

    private final List<Measurement> rows;
    private final List<Predictor> predictors = List.of(new Plinth(), new NearestThree(), new ConstantMfu());

    Accuracy(List<Measurement> rows) {
        this.rows = rows;
    }

    List<Finding> findings() {
        var findings = new ArrayList<Finding>();
        var ours = predictors.getFirst();
        var layouts = CrossValidation.leavingOut(ours, rows, Measurement::degrees);
        var sizes = CrossValidation.leavingOut(ours, rows, Measurement::size);
        findings.add(
                Finding.atMost("error, layout left out (mape)", Scores.mape(rows, layouts), "fraction", 0.08, PEERS));
        findings.add(Finding.told(
                "error, layout left out (median)",
                Scores.medianError(rows, layouts),
                "fraction",
                "lower",
                "Calculon 0.097"));
        findings.add(Finding.atMost(
                "error, size left out (mape)",
                Scores.mape(rows, sizes),
                "fraction",
                0.10,
                "ten-parameter fit 0.241 and 0.101"));
        ToDoubleFunction<Measurement> shipped = row -> row.predict().seconds();
        findings.add(Finding.told("error, as shipped (mape)", Scores.mape(rows, shipped), "fraction", "lower", ""));
        findings.add(Finding.told(
                "error, nothing fitted (mape)",
                Scores.mape(rows, Plinth.expected()::predict),
                "fraction",
                "lower",
                ""));
        for (var size : CrossValidation.groups(rows, Measurement::size)) {
            var some = rows.stream().filter(row -> row.size().equals(size)).toList();
            findings.add(Finding.told(
                    "error, %s left out (mape)".formatted(size), Scores.mape(some, sizes), "fraction", "lower", ""));
            findings.add(Finding.atMost(
                    "regret, %s, layout left out".formatted(size),
                    Scores.regret(some, layouts, 1),
                    "fraction",
                    0.02,
                    "Calculon 0.000; ten-parameter fit 0.275 (3.6B), 0.000 (39.1B)"));
            findings.add(Finding.atMost(
                    "regret, %s, size left out".formatted(size), Scores.regret(some, sizes, 1), "fraction", 0.02, ""));
            findings.add(Finding.told(
                    "regret of the top three, %s".formatted(size),
                    Scores.regret(some, sizes, 3),
                    "fraction",
                    "lower",
                    ""));
            findings.add(Finding.atLeast(
                    "rank correlation, %s".formatted(size),
                    Scores.rankCorrelation(some, layouts),
                    "spearman",
                    0.95,
                    ""));
        }
        // Eight tensor ranks fill a node there; such rows have no strays, so they show what the model itself can do.
        var wholeNodes = rows.stream()
                .filter(row -> row.layout().tensor() == 8 && row.size().equals("39.1B"))
                .toList();
        findings.add(Finding.told(
                "rank correlation, 39.1B, rows with tensor 8",
                Scores.rankCorrelation(wholeNodes, layouts),
                "spearman",
                "higher",
                ""));
        for (var other : predictors.subList(1, predictors.size())) {
            beside(other, findings);
        }
        return findings;
    }

    private void beside(Predictor other, List<Finding> findings) {
        var layouts = CrossValidation.leavingOut(other, rows, Measurement::degrees);
        var sizes = CrossValidation.leavingOut(other, rows, Measurement::size);
        findings.add(Finding.told(
                "%s: error, layout left out".formatted(other.name()),
                Scores.mape(rows, layouts),
                "fraction",
                "lower",
                ""));
        findings.add(Finding.told(
                "%s: error, size left out".formatted(other.name()), Scores.mape(rows, sizes), "fraction", "lower", ""));
        for (var size : CrossValidation.groups(rows, Measurement::size)) {
            var some = rows.stream().filter(row -> row.size().equals(size)).toList();
            findings.add(Finding.told(
                    "%s: regret, %s".formatted(other.name(), size),
                    Scores.regret(some, layouts, 1),
                    "fraction",
                    "lower",
                    ""));
        }
    }

    /** Slopes over micro-batches here, over accelerators and recomputation in the published tables. */
    List<Finding> slopes(List<Measurement> published) {
        var findings = new ArrayList<Finding>();
        for (var predictor : predictors) {
            var known = CrossValidation.leavingOut(predictor, rows, Measurement::degrees);
            // Each published row is predicted from all others of the tables, so that a lookup cannot find the row
            // itself.
            ToDoubleFunction<Measurement> others = predictor instanceof Plinth
                    ? row -> row.predict().seconds()
                    : CrossValidation.leavingOut(predictor, published, Accuracy::itself);
            findings.add(slope(predictor, "micro-batch", Slopes.overMicroBatch(rows, known)));
            findings.add(slope(predictor, "accelerators", Slopes.overGpus(published, others)));
            findings.add(slope(predictor, "recomputation", Slopes.overRecompute(published, others)));
        }
        return findings;
    }

    private static Finding slope(Predictor predictor, String over, double error) {
        return Finding.told("%s: slope error over %s".formatted(predictor.name(), over), error, "|log|", "lower", "");
    }

    private static String itself(Measurement row) {
        return "%s %s %d %s".formatted(row.table(), row.size(), row.gpus(), row.layout());
    }
}
