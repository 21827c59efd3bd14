package dev.plinth.server.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What stands behind a bar. */
final class Filters {
    private Filters() {}

    static Object apply(String filter, Object value, Arguments given) {
        return switch (filter) {
            case "default", "d" -> {
                boolean absent = value instanceof Undefined || given.flag(1, "boolean") && !Values.truth(value);
                yield absent ? given.get(0, "default_value").orElse("") : value;
            }
            case "tojson" -> PythonJson.of(given).write(value);
            case "string", "safe" -> Values.text(value);
            case "trim" -> Methods.strip(Values.text(value), given.optionalText(0, "chars"), true, true);
            case "length", "count" -> Values.length(value);
            case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
            case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
            case "title" -> Methods.title(Values.text(value));
            case "capitalize" -> Methods.capitalize(Values.text(value));
            case "replace" ->
                Methods.replace(
                        Values.text(value), given.text(0, "old"), given.text(1, "new"), given.integer(2, "count", -1));
            case "escape", "e" -> escape(Values.text(value));
            case "indent" -> indent(Values.text(value), given);
            case "join" -> {
                Function<Object, Object> attribute = attribute(given, 1);
                yield Values.items(value).stream()
                        .map(attribute)
                        .map(Values::text)
                        .collect(Collectors.joining(given.optionalText(0, "d").orElse("")));
            }
            case "list" -> Values.items(value);
            case "items" ->
                switch (value) {
                    case Map<?, ?> map -> Methods.pairs(map);
                    case Undefined undefined -> List.of();
                    default -> throw new JinjaException("%s has no items".formatted(Values.type(value)));
                };
            case "dictsort" -> dictsort(value, given);
            case "first" -> firstOf(Values.items(value));
            case "last" -> firstOf(Values.items(value).reversed());
            case "reverse" -> {
                List<Object> reversed = new ArrayList<>(Values.items(value).reversed());
                yield value instanceof String
                        ? reversed.stream().map(Values::text).collect(Collectors.joining())
                        : reversed;
            }
            case "sort" -> sort(Values.items(value), given);
            case "unique" -> unique(Values.items(value), given);
            case "min" -> extreme(Values.items(value), Values::compare);
            case "max" -> extreme(Values.items(value), (a, b) -> Values.compare(b, a));
            case "sum" -> {
                Object sum = given.get(1, "start").orElse(0L);
                for (Object item : Values.items(value)) {
                    sum = Operators.apply("+", sum, attribute(given, 0).apply(item));
                }
                yield sum;
            }
            case "map" -> map(value, given);
            case "select" -> select(value, given, item -> item, 0, true);
            case "reject" -> select(value, given, item -> item, 0, false);
            case "selectattr" -> select(value, given, path(given.required(0, "attr")), 1, true);
            case "rejectattr" -> select(value, given, path(given.required(0, "attr")), 1, false);
            case "abs" -> value instanceof Long number ? Math.abs(number) : (Object) Math.abs(Values.number(value));
            case "round" -> round(Values.number(value), given);
            case "int" -> integer(value, given);
            case "float" -> decimal(value, given);
            case "format" -> Operators.format(Values.text(value), given.positional());
            case "wordcount" -> (long) Values.text(value).strip().split("\\s+").length;
            default -> throw new JinjaException("the filter \"" + filter + "\" is not supported");
        };
    }

    private static Object firstOf(List<Object> items) {
        return items.isEmpty() ? new Undefined("the sequence is empty") : items.getFirst();
    }

    private static Object extreme(List<Object> items, Comparator<Object> order) {
        return items.stream().min(order).orElseGet(() -> new Undefined("the sequence is empty"));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    private static String indent(String text, Arguments given) {
        Object width = given.get(0, "width").orElse(4L);
        String blanks = width instanceof String own ? own : " ".repeat((int) Values.integer(width));
        boolean first = given.flag(1, "first");
        boolean blank = given.flag(2, "blank");
        // A line break at the end begins a last, empty line.
        List<String> lines = List.of(text.split("\n", -1));
        StringBuilder indented = new StringBuilder(first ? blanks : "").append(lines.getFirst());
        for (String line : lines.subList(1, lines.size())) {
            indented.append('\n').append(blank || !line.isEmpty() ? blanks : "").append(line);
        }
        return indented.toString();
    }

    private static Object dictsort(Object value, Arguments given) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new JinjaException("%s cannot be sorted by key".formatted(Values.type(value)));
        }
        long part = given.optionalText(1, "by").filter("value"::equals).isPresent() ? 1 : 0;
        List<Object> pairs = Methods.pairs(map);
        pairs.sort(order(pair -> Values.item(pair, part), given.flag(0, "case_sensitive")));
        return given.flag(2, "reverse") ? new ArrayList<>(pairs.reversed()) : pairs;
    }

    private static Object sort(List<Object> items, Arguments given) {
        List<Object> sorted = new ArrayList<>(items);
        Comparator<Object> order = order(attribute(given, 2), given.flag(1, "case_sensitive"));
        sorted.sort(given.flag(0, "reverse") ? Collections.reverseOrder(order) : order);
        return sorted;
    }

    private static Object unique(List<Object> items, Arguments given) {
        Function<Object, Object> key = folded(attribute(given, 1), given.flag(0, "case_sensitive"));
        List<Object> seen = new ArrayList<>();
        List<Object> unique = new ArrayList<>();
        for (Object item : items) {
            if (!Values.contains(seen, key.apply(item))) {
                seen.add(key.apply(item));
                unique.add(item);
            }
        }
        return unique;
    }

    private static Comparator<Object> order(Function<Object, Object> key, boolean caseSensitive) {
        Function<Object, Object> folded = folded(key, caseSensitive);
        return (a, b) -> Values.compare(folded.apply(a), folded.apply(b));
    }

    private static Function<Object, Object> folded(Function<Object, Object> key, boolean caseSensitive) {
        return key.andThen(
                value -> value instanceof String text && !caseSensitive ? text.toLowerCase(Locale.ROOT) : value);
    }

    private static Object map(Object value, Arguments given) {
        Function<Object, Object> function;
        if (given.named().containsKey("attribute")) {
            Function<Object, Object> attribute = attribute(given, Integer.MAX_VALUE);
            function = item -> {
                Object found = attribute.apply(item);
                return found instanceof Undefined
                        ? given.get(Integer.MAX_VALUE, "default").orElse(found)
                        : found;
            };
        } else {
            Arguments rest = after(given, 1);
            function = item -> apply(given.text(0, "filter"), item, rest);
        }
        return new ArrayList<>(Values.items(value).stream().map(function).toList());
    }

    private static Object select(
            Object value, Arguments given, Function<Object, Object> tested, int testAt, boolean wanted) {
        Optional<String> test = given.optionalText(testAt, "test");
        Arguments rest = after(given, testAt + 1);
        Predicate<Object> holds =
                item -> test.map(name -> Tests.holds(name, item, rest)).orElseGet(() -> Values.truth(item));
        return new ArrayList<>(Values.items(value).stream()
                .filter(item -> holds.test(tested.apply(item)) == wanted)
                .toList());
    }

    private static Arguments after(Arguments given, int used) {
        int from = Math.min(used, given.positional().size());
        return new Arguments(given.positional().subList(from, given.positional().size()), given.named());
    }

    /** The items themselves, or what their attribute holds. */
    private static Function<Object, Object> attribute(Arguments given, int index) {
        return given.get(index, "attribute")
                .filter(name -> name != None.NONE)
                .map(Filters::path)
                .orElse(Function.identity());
    }

    /** {@code a.b.0}, or a number. */
    private static Function<Object, Object> path(Object path) {
        if (path instanceof Long index) {
            return item -> Values.item(item, index);
        }
        return item -> {
            Object value = item;
            for (String part : Values.text(path).split("\\.")) {
                value = Values.item(value, part.matches("[0-9]+") ? (Object) Long.valueOf(part) : part);
            }
            return value;
        };
    }

    private static Object round(double number, Arguments given) {
        RoundingMode mode = switch (given.optionalText(1, "method").orElse("common")) {
            case "ceil" -> RoundingMode.CEILING;
            case "floor" -> RoundingMode.FLOOR;
            default -> RoundingMode.HALF_EVEN;
        };
        return new BigDecimal(number)
                .setScale((int) given.integer(0, "precision", 0), mode)
                .doubleValue();
    }

    private static Object integer(Object value, Arguments given) {
        Object otherwise = given.get(0, "default").orElse(0L);
        try {
            return switch (value) {
                case String text -> (long) Double.parseDouble(text.strip());
                case Double number -> (long) number.doubleValue();
                default -> Values.isNumber(value) ? Values.integer(value) : otherwise;
            };
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static Object decimal(Object value, Arguments given) {
        Object otherwise = given.get(0, "default").orElse(0.0);
        try {
            return value instanceof String text
                    ? Double.parseDouble(text.strip())
                    : Values.isNumber(value) ? (Object) Values.number(value) : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
