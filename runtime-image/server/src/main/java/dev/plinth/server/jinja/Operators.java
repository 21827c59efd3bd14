package dev.plinth.server.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Arithmetic on numbers, texts and lists. */
final class Operators {
    private static final Pattern PLACE = Pattern.compile("%(?:(%)|(-?\\d*)(\\.\\d+)?([sdrf]))");

    private Operators() {}

    static Object apply(String operator, Object left, Object right) {
        if (operator.equals("~")) {
            return Values.text(left) + Values.text(right);
        }
        if (left instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (Values.isNumber(left) && Values.isNumber(right)) {
            return left instanceof Double || right instanceof Double || operator.equals("/")
                    ? decimals(operator, Values.number(left), Values.number(right))
                    : integers(operator, Values.integer(left), Values.integer(right));
        }
        return switch (left) {
            case String text when operator.equals("+") && right instanceof String other -> text + other;
            case String text
            when operator.equals("*") && right instanceof Long times ->
                text.repeat(Math.toIntExact(Math.max(0, times)));
            case String text
            when operator.equals("%") -> format(text, right instanceof List<?> all ? all : List.of(right));
            case List<?> list
            when operator.equals("+") && right instanceof List<?> other -> {
                List<Object> both = new ArrayList<>(list);
                both.addAll(other);
                yield both;
            }
            case List<?> list
            when operator.equals("*") && right instanceof Long times -> {
                List<Object> repeated = new ArrayList<>();
                Collections.nCopies(Math.toIntExact(Math.max(0, times)), list).forEach(repeated::addAll);
                yield repeated;
            }
            default ->
                throw new JinjaException(
                        "%s %s %s is not possible".formatted(Values.type(left), operator, Values.type(right)));
        };
    }

    private static Object integers(String operator, long left, long right) {
        return switch (operator) {
            case "+" -> Math.addExact(left, right);
            case "-" -> Math.subtractExact(left, right);
            case "*" -> Math.multiplyExact(left, right);
            case "//" -> Math.floorDiv(left, nonZero(right));
            case "%" -> Math.floorMod(left, nonZero(right));
            case "**" -> right >= 0 ? (Object) (long) Math.pow(left, right) : (Object) Math.pow(left, right);
            default -> throw new IllegalStateException("no operator " + operator);
        };
    }

    private static Object decimals(String operator, double left, double right) {
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / nonZero(right);
            case "//" -> Math.floor(left / nonZero(right));
            case "%" -> left - Math.floor(left / nonZero(right)) * right;
            case "**" -> Math.pow(left, right);
            default -> throw new IllegalStateException("no operator " + operator);
        };
    }

    private static <N extends Number> N nonZero(N divisor) {
        if (divisor.doubleValue() == 0) {
            throw new JinjaException("division by zero");
        }
        return divisor;
    }

    /** The places of printf that templates use: %s, %r, %d, %f. */
    static String format(String text, List<?> values) {
        Iterator<?> next = values.iterator();
        Matcher places = PLACE.matcher(text);
        return places.replaceAll(place -> {
            if (place.group(1) != null) {
                return "%";
            }
            if (!next.hasNext()) {
                throw new JinjaException("not enough values for \"" + text + "\"");
            }
            Object value = next.next();
            String shown = switch (place.group(4)) {
                case "s" -> Values.text(value);
                case "r" -> Values.representation(value);
                case "d" -> Long.toString((long) Values.number(value));
                default -> {
                    String precision = place.group(3) == null ? ".6" : place.group(3);
                    yield String.format(java.util.Locale.ROOT, "%" + precision + "f", Values.number(value));
                }
            };
            String width = place.group(2);
            String padded = width.isEmpty() ? shown : String.format(java.util.Locale.ROOT, "%" + width + "s", shown);
            return Matcher.quoteReplacement(padded);
        });
    }
}
