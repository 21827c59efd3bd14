package dev.plinth.server.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * JSON as Python's {@code json.dumps} writes it.
 *
 * @param indent blanks a level, on lines of their own; empty = all on one line
 */
record PythonJson(
        Optional<String> indent, String itemSeparator, String keySeparator, boolean asciiOnly, boolean sortedKeys) {
    /** With the arguments of transformers' {@code tojson}. */
    static PythonJson of(Arguments arguments) {
        Optional<String> indent = arguments
                .get(1, "indent")
                .filter(value -> value != None.NONE)
                .map(value -> value instanceof Long blanks ? " ".repeat(blanks.intValue()) : Values.text(value));
        String item = indent.isPresent() ? "," : ", ";
        String key = ": ";
        Optional<Object> separators = arguments.get(2, "separators").filter(value -> value != None.NONE);
        if (separators.isPresent()) {
            item = Values.text(Values.item(separators.get(), 0L));
            key = Values.text(Values.item(separators.get(), 1L));
        }
        return new PythonJson(indent, item, key, arguments.flag(0, "ensure_ascii"), arguments.flag(3, "sort_keys"));
    }

    String write(Object value) {
        StringBuilder json = new StringBuilder();
        write(value, 0, json);
        return json.toString();
    }

    private void write(Object value, int depth, StringBuilder json) {
        switch (value) {
            case None none -> json.append("null");
            case Boolean flag -> json.append(flag);
            case Long number -> json.append(number);
            case Double number -> json.append(decimal(number));
            case String text -> string(text, json);
            case List<?> list -> {
                json.append('[');
                Iterator<?> items = list.iterator();
                for (boolean first = true; items.hasNext(); first = false) {
                    between(first, depth + 1, json);
                    write(items.next(), depth + 1, json);
                }
                close(list.isEmpty(), depth, json);
                json.append(']');
            }
            case Map<?, ?> map -> {
                json.append('{');
                boolean first = true;
                for (Map.Entry<?, ?> entry : (sortedKeys ? new TreeMap<>(map) : map).entrySet()) {
                    between(first, depth + 1, json);
                    first = false;
                    string(Values.text(entry.getKey()), json);
                    json.append(keySeparator);
                    write(entry.getValue(), depth + 1, json);
                }
                close(map.isEmpty(), depth, json);
                json.append('}');
            }
            default -> throw new JinjaException("%s cannot be written as JSON".formatted(Values.type(value)));
        }
    }

    private static String decimal(double number) {
        String text = Values.decimal(number);
        return switch (text) {
            case "nan" -> "NaN";
            case "inf" -> "Infinity";
            case "-inf" -> "-Infinity";
            default -> text;
        };
    }

    private void between(boolean first, int depth, StringBuilder json) {
        if (!first) {
            json.append(itemSeparator);
        }
        indent.ifPresent(blanks -> json.append('\n').repeat(blanks, depth));
    }

    private void close(boolean empty, int depth, StringBuilder json) {
        if (!empty) {
            indent.ifPresent(blanks -> json.append('\n').repeat(blanks, depth));
        }
    }

    private void string(String text, StringBuilder json) {
        json.append('"');
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                default -> {
                    if (c < 0x20 || asciiOnly && c > 0x7e) {
                        json.append("\\u%04x".formatted((int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }
}
