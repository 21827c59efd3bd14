package dev.plinth.planbench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table of comma-separated values with a heading; lines that start with # are remarks. */
record Table(String name, List<Line> lines) {
    /** One line: value by column, as text. */
    record Line(String where, Map<String, String> values) {
        String text(String column) {
            var value = values.get(column);
            if (value == null || value.isEmpty()) {
                throw new BadTableException("%s: column '%s' is missing or empty".formatted(where, column));
            }
            return value;
        }

        String textOr(String column, String absent) {
            var value = values.get(column);
            return value == null || value.isEmpty() ? absent : value;
        }

        int count(String column) {
            var text = text(column);
            var value = number(column, text);
            if (value != Math.rint(value) || value < 1 || value > Integer.MAX_VALUE) {
                throw new BadTableException(
                        "%s: '%s' is %s; it must be a whole number of at least 1".formatted(where, column, text));
            }
            return (int) value;
        }

        double positive(String column) {
            var text = text(column);
            var value = number(column, text);
            if (!(value > 0) || Double.isInfinite(value)) {
                throw new BadTableException(
                        "%s: '%s' is %s; it must be a positive number".formatted(where, column, text));
            }
            return value;
        }

        private double number(String column, String text) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException _) {
                throw new BadTableException("%s: '%s' is '%s'; it must be a number".formatted(where, column, text));
            }
        }
    }

    static Table parse(String name, List<String> text) {
        var rows = new ArrayList<Line>();
        List<String> heading = List.of();
        for (var i = 0; i < text.size(); i++) {
            var line = text.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var cells = Arrays.stream(line.split(",", -1)).map(String::strip).toList();
            var where = "%s, line %d".formatted(name, i + 1);
            if (heading.isEmpty()) {
                heading = cells;
                continue;
            }
            if (cells.size() != heading.size()) {
                throw new BadTableException(
                        "%s: %d values for %d columns".formatted(where, cells.size(), heading.size()));
            }
            var values = new LinkedHashMap<String, String>();
            for (var j = 0; j < cells.size(); j++) {
                values.put(heading.get(j), cells.get(j));
            }
            rows.add(new Line(where, values));
        }
        if (rows.isEmpty()) {
            throw new BadTableException(name + ": no rows");
        }
        return new Table(name, rows);
    }
}
