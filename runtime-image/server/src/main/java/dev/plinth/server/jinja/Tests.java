package dev.plinth.server.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What stands behind {@code is}. */
final class Tests {
    private Tests() {}

    static boolean holds(String test, Object value, Arguments given) {
        return switch (test) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == None.NONE;
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map;
            case "sequence", "iterable" ->
                value instanceof String || value instanceof List || value instanceof Map || value instanceof Undefined;
            case "number" -> Values.isNumber(value);
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "boolean" -> value instanceof Boolean;
            case "true" -> value.equals(true);
            case "false" -> value.equals(false);
            case "callable" -> value instanceof Callable;
            case "odd" -> Math.floorMod(Values.integer(value), 2) == 1;
            case "even" -> Math.floorMod(Values.integer(value), 2) == 0;
            case "divisibleby" -> Math.floorMod(Values.integer(value), Values.integer(given.required(0, "num"))) == 0;
            case "lower" -> Values.text(value).equals(Values.text(value).toLowerCase(Locale.ROOT));
            case "upper" -> Values.text(value).equals(Values.text(value).toUpperCase(Locale.ROOT));
            case "equalto", "eq", "sameas" -> Values.equal(value, given.required(0, "other"));
            case "ne" -> !Values.equal(value, given.required(0, "other"));
            case "lt", "lessthan" -> Values.compare(value, given.required(0, "other")) < 0;
            case "le" -> Values.compare(value, given.required(0, "other")) <= 0;
            case "gt", "greaterthan" -> Values.compare(value, given.required(0, "other")) > 0;
            case "ge" -> Values.compare(value, given.required(0, "other")) >= 0;
            case "in" -> Values.contains(given.required(0, "seq"), value);
            default -> throw new JinjaException("the test \"" + test + "\" is not supported");
        };
    }
}
