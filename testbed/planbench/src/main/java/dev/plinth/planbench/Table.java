package dev.plinth.planbench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table of comma-separated values with a heading; lines that start with # are remarks. */
record Table(String name, List<Line> lines) {
    /** More than any model or cluster has of anything. */
    private static final int MOST = 10_000_000;

    /** What some programs write at the beginning of a file. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

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
            if (value != Math.rint(value) || value < 1 || value > MOST) {
                throw new BadTableException(
                        "%s: '%s' is %s; it must be a whole number from 1 to %d".formatted(where, column, text, MOST));
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
            var line = text.get(i).replace(BYTE_ORDER_MARK, "").strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var cells = Arrays.stream(line.split(",", -1)).map(String::strip).toList();
            var where = "%s, line %d".formatted(name, i + 1);
            if (heading.isEmpty()) {
                if (new HashSet<>(cells).size() < cells.size()) {
                    throw new BadTableException(where + ": a column stands there twice: " + line);
                }
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
