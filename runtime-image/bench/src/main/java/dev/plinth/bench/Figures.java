package dev.plinth.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The results: a table on the screen as they come, and a file at the end. */
final class Figures {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private final ArrayNode all = JSON.createArrayNode();

    enum Better {
        HIGHER,
        LOWER
    }

    /** A figure without a goal. */
    void note(String measure, double value, String unit, Better better, String peer) {
        add(measure, value, unit, Double.NaN, better, peer);
    }

    void add(String measure, double value, String unit, double goal, Better better, String peer) {
        boolean free = Double.isNaN(goal);
        boolean met = free || (better == Better.HIGHER ? value >= goal : value <= goal);
        var figure = all.addObject().put("measure", measure).put("value", value).put("unit", unit);
        if (free) {
            figure.putNull("goal");
        } else {
            figure.put("goal", goal);
        }
        figure.put("better", better.name().toLowerCase(Locale.ROOT))
                .put("met", met)
                .put("peer", peer);
        System.out.printf(
                Locale.ROOT,
                "%-72s %12.3f %-12s %-10s %s%n",
                measure,
                value,
                unit,
                free ? "" : (met ? "met " : "MISSED ") + goal,
                peer);
    }

    /** Takes over what another process has written, without printing it again. */
    void addAll(Path file) throws IOException {
        JSON.readTree(file.toFile()).forEach(all::add);
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        JSON.writeValue(file.toFile(), all);
    }
}
