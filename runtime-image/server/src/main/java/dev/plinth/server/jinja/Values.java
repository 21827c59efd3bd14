package dev.plinth.server.jinja;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Values with Python's meaning: String, Long, Double, Boolean, {@link None}, List, Map, {@link Callable}, {@link Namespace} and
 * {@link Undefined}.
 */
final class Values {
    private Values() {}

    static boolean truth(Object value) {
        return switch (value) {
            case Boolean flag -> flag;
            case String text -> !text.isEmpty();
            case Long number -> number != 0;
            case Double number -> number != 0;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case None none -> false;
            case Undefined undefined -> false;
            default -> true;
        };
    }

    /** As {@code str()} shows it. */
    static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case Undefined undefined -> "";
            default -> representation(value);
        };
    }

    /** As {@code repr()} shows it. */
    static String representation(Object value) {
        return switch (value) {
            case String text -> quoted(text);
            case Boolean flag -> flag ? "True" : "False";
            case None none -> "None";
            case Double number -> decimal(number);
            case List<?> list -> list.stream().map(Values::representation).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(e -> representation(e.getKey()) + ": " + representation(e.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case Undefined undefined -> "Undefined";
            default -> value.toString();
        };
    }

    /** Python prefers single quotes, and escapes what does not print. */
    private static String quoted(String text) {
        char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                case '\\' -> quoted.append("\\\\");
                default -> {
                    if (c == quote) {
                        quoted.append('\\').append(quote);
                    } else if (c < 0x20 || c == 0x7f) {
                        quoted.append("\\x%02x".formatted(c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append(quote).toString();
    }

    /** The shortest digits that give the number back, as Python and Java choose them, in Python's form. */
    static String decimal(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        double size = Math.abs(number);
        if (size != 0 && (size < 1e-4 || size >= 1e16)) {
            BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
            String digits = exact.unscaledValue().abs().toString();
            int exponent = digits.length() - 1 - exact.scale();
            String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
            return "%s%se%s%02d"
                    .formatted(number < 0 ? "-" : "", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
        }
        String plain = new BigDecimal(Double.toString(number)).toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }

    static String type(Object value) {
        return switch (value) {
            case String text -> "str";
            case Long number -> "int";
            case Double number -> "float";
            case Boolean flag -> "bool";
            case None none -> "NoneType";
            case List<?> list -> "list";
            case Map<?, ?> map -> "dict";
            case Undefined undefined -> "Undefined";
            default -> value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
        };
    }

    static boolean equal(Object left, Object right) {
        if (isNumber(left) && isNumber(right)) {
            return left instanceof Double || right instanceof Double
                    ? number(left) == number(right)
                    : integer(left) == integer(right);
        }
        if (left instanceof Undefined && right instanceof Undefined) {
            return true;
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            Iterator<?> others = b.iterator();
            return a.size() == b.size() && a.stream().allMatch(item -> equal(item, others.next()));
        }
        return Objects.equals(left, right);
    }

    static int compare(Object left, Object right) {
        if (isNumber(left) && isNumber(right)) {
            return Double.compare(number(left), number(right));
        }
        if (left instanceof String a && right instanceof String b) {
            return compareCodePoints(a, b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                if (!equal(a.get(i), b.get(i))) {
                    return compare(a.get(i), b.get(i));
                }
            }
            return Integer.compare(a.size(), b.size());
        }
        throw new JinjaException("%s and %s cannot be compared".formatted(type(left), type(right)));
    }

    private static int compareCodePoints(String a, String b) {
        int[] left = a.codePoints().toArray();
        int[] right = b.codePoints().toArray();
        return java.util.Arrays.compare(left, right);
    }

    static boolean contains(Object container, Object item) {
        return switch (container) {
            case String text when item instanceof String part -> text.contains(part);
            case List<?> list -> list.stream().anyMatch(other -> equal(other, item));
            case Map<?, ?> map -> map.containsKey(item);
            case Undefined undefined -> false;
            default -> throw new JinjaException("%s cannot be in %s".formatted(type(item), type(container)));
        };
    }

    /** What a loop goes over: items, keys or characters. */
    static List<Object> items(Object value) {
        return switch (value) {
            case List<?> list -> new ArrayList<>(list);
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case String text ->
                text.codePoints().<Object>mapToObj(Character::toString).toList();
            case Undefined undefined -> List.of();
            default -> throw new JinjaException("%s cannot be gone through".formatted(type(value)));
        };
    }

    static long length(Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case Undefined undefined -> 0;
            default -> throw new JinjaException("%s has no length".formatted(type(value)));
        };
    }

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static double number(Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number;
            case Boolean flag -> flag ? 1 : 0;
            case Undefined undefined -> throw undefined.error();
            default -> throw new JinjaException("a number is due, not %s".formatted(type(value)));
        };
    }

    static long integer(Object value) {
        return switch (value) {
            case Long number -> number;
            case Boolean flag -> flag ? 1 : 0;
            case Undefined undefined -> throw undefined.error();
            default -> throw new JinjaException("a whole number is due, not %s".formatted(type(value)));
        };
    }

    /** {@code value[index]}, without attributes. */
    static Object item(Object value, Object index) {
        switch (value) {
            case Map<?, ?> map -> {
                Object found = map.get(index);
                return found == null ? missing(value, index) : found;
            }
            case List<?> list
            when index instanceof Long -> {
                long at = integer(index) < 0 ? integer(index) + list.size() : integer(index);
                return at >= 0 && at < list.size() ? list.get((int) at) : missing(value, index);
            }
            case String text
            when index instanceof Long -> {
                List<Object> characters = items(text);
                return item(characters, index) instanceof String found ? found : missing(value, index);
            }
            case Undefined undefined -> throw undefined.error();
            default -> {
                return missing(value, index);
            }
        }
    }

    static Undefined missing(Object value, Object index) {
        return new Undefined(
                index instanceof String name
                        ? "'%s object' has no attribute '%s'".formatted(type(value), name)
                        : "%s object has no element %s".formatted(type(value), text(index)));
    }

    /** {@code value[start:stop:step]} of a list or text. */
    static Object slice(Object value, Object start, Object stop, Object step) {
        List<Object> items = items(value);
        long by = step == None.NONE ? 1 : integer(step);
        if (by == 0) {
            throw new JinjaException("a slice step cannot be zero");
        }
        long from = bound(start, by > 0 ? 0 : items.size() - 1L, items.size(), by);
        long to = bound(stop, by > 0 ? items.size() : -1, items.size(), by);
        List<Object> sliced = new ArrayList<>();
        for (long i = from; by > 0 ? i < to : i > to; i += by) {
            sliced.add(items.get((int) i));
        }
        return value instanceof String ? sliced.stream().map(Values::text).collect(Collectors.joining()) : sliced;
    }

    private static long bound(Object index, long otherwise, long size, long step) {
        if (index == None.NONE) {
            return otherwise;
        }
        long at = integer(index) < 0 ? integer(index) + size : integer(index);
        return step > 0 ? Math.clamp(at, 0, size) : Math.clamp(at, -1, size - 1);
    }
}
