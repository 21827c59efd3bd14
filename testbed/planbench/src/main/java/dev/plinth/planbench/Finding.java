package dev.plinth.planbench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One measured number.
 *
 * @param goal absent if the number is only told
 * @param better {@code higher} or {@code lower}
 * @param peer what others reach, in words; empty if nothing is known
 */
record Finding(
        String measure,
        double value,
        String unit,
        @Nullable Double goal,
        String better,
        @Nullable Boolean met,
        String peer) {
    static Finding atMost(String measure, double value, String unit, double goal, String peer) {
        return new Finding(measure, value, unit, goal, "lower", value <= goal, peer);
    }

    static Finding atLeast(String measure, double value, String unit, double goal, String peer) {
        return new Finding(measure, value, unit, goal, "higher", value >= goal, peer);
    }

    static Finding told(String measure, double value, String unit, String better, String peer) {
        return new Finding(measure, value, unit, null, better, null, peer);
    }

    private Map<String, @Nullable Object> json() {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("measure", measure);
        fields.put("value", Double.isNaN(value) ? null : value);
        fields.put("unit", unit);
        fields.put("goal", goal);
        fields.put("better", better);
        fields.put("met", met);
        fields.put("peer", peer);
        return fields;
    }

    static void report(List<Finding> findings, PrintStream out, Path file) throws IOException {
        for (var finding : findings) {
            out.printf(
                    "%-58s %10.4f %-10s %-14s %-5s %s%n",
                    finding.measure,
                    finding.value,
                    finding.unit,
                    finding.goal == null ? "" : (finding.better.equals("lower") ? "<= " : ">= ") + finding.goal,
                    finding.met == null ? "" : finding.met ? "met" : "MISSED",
                    finding.peer);
        }
        var records = new ArrayList<Map<String, @Nullable Object>>();
        findings.forEach(finding -> records.add(finding.json()));
        Files.createDirectories(file.toAbsolutePath().getParent());
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), records);
    }
}
