package dev.plinth.tierbench.run;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was measured: a table for people and a file for machines. */
public final class Report {
    /**
     * A figure.
     *
     * @param value null if there is none, as of the slowdown of jobs where none was placed
     * @param peer who else was measured in the same run, and the figure
     */
    @JsonPropertyOrder({"measure", "value", "unit", "goal", "better", "met", "peer"})
    record Row(
            String measure,
            @Nullable Double value,
            String unit,
            @Nullable Double goal,
            String better,
            @Nullable Boolean met,
            @Nullable String peer) {}

    private final List<Row> rows = new ArrayList<>();

    public void lower(String measure, double value, String unit, Optional<Double> goal, Optional<String> peer) {
        rows.add(new Row(
                measure,
                rounded(value),
                unit,
                goal.orElse(null),
                "lower",
                goal.map(limit -> value <= limit).orElse(null),
                peer.orElse(null)));
    }

    public void lower(String measure, double value, String unit) {
        lower(measure, value, unit, Optional.empty(), Optional.empty());
    }

    public void lower(String measure, double value, String unit, double goal, String peer) {
        lower(measure, value, unit, Optional.of(goal), Optional.of(peer));
    }

    public void higher(String measure, double value, String unit, Optional<Double> goal, Optional<String> peer) {
        rows.add(new Row(
                measure,
                rounded(value),
                unit,
                goal.orElse(null),
                "higher",
                goal.map(limit -> value >= limit).orElse(null),
                peer.orElse(null)));
    }

    public void higher(String measure, double value, String unit) {
        higher(measure, value, unit, Optional.empty(), Optional.empty());
    }

    private static @Nullable Double rounded(double value) {
        return Double.isFinite(value) ? Double.valueOf(String.format(Locale.ROOT, "%.6g", value)) : null;
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    public void print() {
        System.out.printf("%-74s %12s %-8s %8s  %s%n", "measure", "value", "unit", "goal", "peer");
        for (var row : rows) {
            var value = row.value() == null ? "-" : String.format(Locale.ROOT, "%.5g", row.value());
            var goal = row.goal() == null ? "" : String.format(Locale.ROOT, "%.4g", row.goal());
            var mark = row.met() == null ? "" : row.met() ? "met  " : "MISSED  ";
            System.out.printf(
                    "%-74s %12s %-8s %8s  %s%s%n",
                    row.measure(), value, row.unit(), goal, mark, row.peer() == null ? "" : row.peer());
        }
    }

    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), rows);
    }
}
