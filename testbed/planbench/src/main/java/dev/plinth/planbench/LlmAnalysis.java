package dev.plinth.planbench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * llm-analysis 0.2.2 on the same rows. It asks its user for the share of the peak that products reach, so it gets the one that suits
 * it best on these very rows.
 */
final class LlmAnalysis {
    private static final List<Double> SHARES = List.of(0.30, 0.35, 0.40, 0.42, 0.44, 0.46, 0.50, 0.60);

    private LlmAnalysis() {}

    /** Nothing if it is not installed. */
    static Optional<Finding> finding(Path home, List<Measurement> rows) {
        var python = home.resolve("target/peers/bin/python");
        if (!Files.isExecutable(python)) {
            return Optional.empty();
        }
        var best = SHARES.stream()
                .mapToDouble(share -> error(home, python, share, rows))
                .min()
                .orElseThrow();
        return Optional.of(Finding.told(
                "llm-analysis 0.2.2: error, tuned on these rows (mape)",
                best,
                "fraction",
                "lower",
                "run side by side"));
    }

    private static double error(Path home, Path python, double share, List<Measurement> rows) {
        var table = home.resolve("src/main/resources/dev/plinth/planbench/a100-iteration-times.csv");
        try {
            var process = new ProcessBuilder(
                            python.toString(),
                            home.resolve("llm-analysis.py").toString(),
                            table.toString(),
                            Double.toString(share))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(Double::valueOf)
                    .toList();
            if (lines.size() != rows.size()) {
                throw new IllegalStateException(
                        "llm-analysis predicted %d of %d rows".formatted(lines.size(), rows.size()));
            }
            var predictions = new IdentityHashMap<Measurement, Double>();
            for (var i = 0; i < lines.size(); i++) {
                predictions.put(rows.get(i), lines.get(i));
            }
            return Scores.mape(rows, row -> predictions.getOrDefault(row, Double.NaN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
