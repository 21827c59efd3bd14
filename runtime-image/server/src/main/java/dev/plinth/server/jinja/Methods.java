package dev.plinth.server.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/** The methods of Python's strings, lists and dictionaries that change nothing. */
final class Methods {
    private Methods() {}

    /** The method of that name, if values of this kind have one. */
    static Optional<Callable> find(Object value, String name) {
        return switch (value) {
            case String text -> Optional.ofNullable(ofText(text, name));
            case Map<?, ?> map -> Optional.ofNullable(ofMap(map, name));
            case List<?> list -> Optional.ofNullable(ofList(list, name));
            default -> Optional.empty();
        };
    }

    private static @org.jspecify.annotations.Nullable Callable ofText(String text, String name) {
        return switch (name) {
            case "strip" -> given -> strip(text, given.optionalText(0, "chars"), true, true);
            case "lstrip" -> given -> strip(text, given.optionalText(0, "chars"), true, false);
            case "rstrip" -> given -> strip(text, given.optionalText(0, "chars"), false, true);
            case "split" -> given -> split(text, given, false);
            case "rsplit" -> given -> split(text, given, true);
            case "splitlines" -> given -> lines(text);
            case "startswith" -> given -> any(given.required(0, "prefix"), text, String::startsWith);
            case "endswith" -> given -> any(given.required(0, "suffix"), text, String::endsWith);
            case "removeprefix" ->
                given -> text.startsWith(given.text(0, "prefix"))
                        ? text.substring(given.text(0, "prefix").length())
                        : text;
            case "removesuffix" ->
                given -> text.endsWith(given.text(0, "suffix"))
                        ? text.substring(
                                0, text.length() - given.text(0, "suffix").length())
                        : text;
            case "upper" -> given -> text.toUpperCase(Locale.ROOT);
            case "lower" -> given -> text.toLowerCase(Locale.ROOT);
            case "title" -> given -> title(text);
            case "capitalize" -> given -> capitalize(text);
            case "replace" ->
                given -> replace(text, given.text(0, "old"), given.text(1, "new"), given.integer(2, "count", -1));
            case "join" ->
                given -> String.join(
                        text,
                        Values.items(given.required(0, "iterable")).stream()
                                .map(Methods::mustBeText)
                                .toList());
            case "find" -> given -> position(text, text.indexOf(given.text(0, "sub")));
            case "rfind" -> given -> position(text, text.lastIndexOf(given.text(0, "sub")));
            case "count" ->
                given -> (long) text.split(java.util.regex.Pattern.quote(given.text(0, "sub")), -1).length - 1;
            case "isdigit", "isdecimal", "isnumeric" ->
                given -> !text.isEmpty() && text.codePoints().allMatch(Character::isDigit);
            case "isalpha" -> given -> !text.isEmpty() && text.codePoints().allMatch(Character::isLetter);
            case "isalnum" -> given -> !text.isEmpty() && text.codePoints().allMatch(Character::isLetterOrDigit);
            case "isspace" -> given -> !text.isEmpty() && text.isBlank();
            case "isupper" ->
                given -> text.chars().anyMatch(Character::isUpperCase)
                        && text.chars().noneMatch(Character::isLowerCase);
            case "islower" ->
                given -> text.chars().anyMatch(Character::isLowerCase)
                        && text.chars().noneMatch(Character::isUpperCase);
            default -> null;
        };
    }

    private static @org.jspecify.annotations.Nullable Callable ofMap(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" -> given -> pairs(map);
            case "keys" -> given -> new ArrayList<Object>(map.keySet());
            case "values" -> given -> new ArrayList<Object>(map.values());
            case "get" ->
                given -> {
                    Object found = map.get(given.required(0, "key"));
                    return found == null ? given.get(1, "default").orElse(None.NONE) : found;
                };
            default -> null;
        };
    }

    private static @org.jspecify.annotations.Nullable Callable ofList(List<?> list, String name) {
        return switch (name) {
            case "count" ->
                given -> list.stream()
                        .filter(item -> Values.equal(item, given.required(0, "value")))
                        .count();
            case "index" ->
                given -> {
                    for (int i = 0; i < list.size(); i++) {
                        if (Values.equal(list.get(i), given.required(0, "value"))) {
                            return (long) i;
                        }
                    }
                    throw new JinjaException(Values.representation(given.required(0, "value")) + " is not in list");
                };
            case "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse" ->
                given -> {
                    throw new JinjaException("a template cannot change a list");
                };
            default -> null;
        };
    }

    static List<Object> pairs(Map<?, ?> map) {
        List<Object> pairs = new ArrayList<>();
        map.forEach((key, value) -> pairs.add(List.of(key, value)));
        return pairs;
    }

    private static Object any(Object oneOrSeveral, String text, BiPredicate<String, String> test) {
        return oneOrSeveral instanceof String one
                ? test.test(text, one)
                : Values.items(oneOrSeveral).stream().anyMatch(item -> test.test(text, mustBeText(item)));
    }

    private static String mustBeText(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new JinjaException("a string is due, not %s".formatted(Values.type(value)));
    }

    static String strip(String text, Optional<String> characters, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && strips(text.charAt(from), characters)) {
            from++;
        }
        while (right && to > from && strips(text.charAt(to - 1), characters)) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean strips(char c, Optional<String> characters) {
        return characters
                .map(some -> some.indexOf(c) >= 0)
                .orElseGet(() -> Character.isWhitespace(c) || c == 0xA0 || c == 0x85);
    }

    private static List<Object> split(String text, Arguments given, boolean fromRight) {
        Optional<String> separator = given.optionalText(0, "sep");
        long most = given.integer(1, "maxsplit", -1);
        List<Object> parts = new ArrayList<>();
        if (separator.isEmpty()) {
            String rest = strip(text, Optional.empty(), true, !fromRight || most < 0);
            int limit = most < 0 ? 0 : (int) most + 1;
            if (!rest.isEmpty()) {
                parts.addAll(Arrays.asList(rest.split("\\s+", limit)));
            }
            return parts;
        }
        String rest = text;
        while (most < 0 || parts.size() < most) {
            int at = fromRight ? rest.lastIndexOf(separator.get()) : rest.indexOf(separator.get());
            if (at < 0) {
                break;
            }
            String behind = rest.substring(at + separator.get().length());
            parts.add(fromRight ? 0 : parts.size(), fromRight ? behind : rest.substring(0, at));
            rest = fromRight ? rest.substring(0, at) : behind;
        }
        parts.add(fromRight ? 0 : parts.size(), rest);
        return parts;
    }

    static List<Object> lines(String text) {
        return new ArrayList<>(text.lines().toList());
    }

    static String replace(String text, String old, String with, long count) {
        StringBuilder replaced = new StringBuilder();
        String rest = text;
        for (long done = 0; done != count && !old.isEmpty(); done++) {
            int at = rest.indexOf(old);
            if (at < 0) {
                break;
            }
            replaced.append(rest, 0, at).append(with);
            rest = rest.substring(at + old.length());
        }
        return replaced.append(rest).toString();
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT)
                + text.substring(first).toLowerCase(Locale.ROOT);
    }

    static String title(String text) {
        StringBuilder title = new StringBuilder();
        boolean inWord = false;
        for (char c : text.toCharArray()) {
            title.append(inWord ? Character.toLowerCase(c) : Character.toUpperCase(c));
            inWord = Character.isLetter(c);
        }
        return title.toString();
    }

    private static long position(String text, int at) {
        return at < 0 ? -1 : text.codePointCount(0, at);
    }
}
