package dev.plinth.planbench;

import dev.plinth.planner.memory.MemoryModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Published large runs, and measured memory. */
final class PublishedTables {
    private static final double GIB = 1L << 30;

    /** A large run, by the number of accelerators. */
    private static final int LARGE = 256;

    private final List<Measurement> rows;

    PublishedTables(List<Measurement> rows) {
        this.rows = rows;
    }

    List<Finding> findings() {
        var findings = new ArrayList<Finding>();
        ToDoubleFunction<Measurement> shipped = row -> row.predict().seconds();
        for (var table : CrossValidation.groups(rows, Measurement::table)) {
            var some = rows.stream().filter(row -> row.table().equals(table)).toList();
            findings.add(Finding.told(
                    "table %s, %d rows (mape)".formatted(table, some.size()),
                    Scores.mape(some, shipped),
                    "fraction",
                    "lower",
                    ""));
        }
        var large = rows.stream().filter(row -> row.gpus() >= LARGE).toList();
        var near = large.stream().filter(row -> utilisationError(row) <= 0.04).count();
        findings.add(Finding.atLeast(
                "runs of >= %d within 4 points of MFU, of %d".formatted(LARGE, large.size()),
                (double) near / large.size(),
                "fraction",
                1,
                ""));
        large.stream().filter(row -> utilisationError(row) > 0.04).forEach(row -> findings.add(outside(row)));
        memory(findings);
        return findings;
    }

    private static double utilisationError(Measurement row) {
        return Math.abs(row.mfu(row.predict().seconds()) - row.mfu(row.seconds()));
    }

    private static Finding outside(Measurement row) {
        return Finding.told(
                "outside: %s %s on %d %s"
                        .formatted(
                                row.table(),
                                row.size(),
                                row.gpus(),
                                row.accelerator().name()),
                100 * (row.mfu(row.predict().seconds()) - row.mfu(row.seconds())),
                "MFU points",
                "lower",
                "");
    }

    private void memory(List<Finding> findings) {
        var measured = rows.stream().filter(row -> row.peakGib().isPresent()).toList();
        var within = measured.stream()
                .filter(row -> ratio(row) >= 1 && ratio(row) <= 1.08)
                .count();
        var least = measured.stream().mapToDouble(PublishedTables::ratio).min().orElseThrow();
        var most = measured.stream().mapToDouble(PublishedTables::ratio).max().orElseThrow();
        findings.add(Finding.atLeast(
                "memory peaks within 8 %% and not below, of %d".formatted(measured.size()),
                (double) within / measured.size(),
                "fraction",
                1,
                ""));
        findings.add(Finding.atLeast("memory, least predicted / measured", least, "ratio", 1, ""));
        findings.add(Finding.atMost("memory, most predicted / measured", most, "ratio", 1.08, ""));
    }

    private static double ratio(Measurement row) {
        return MemoryModel.peak(row.training(), row.layout()).allocated()
                / GIB
                / row.peakGib().orElseThrow();
    }
}
