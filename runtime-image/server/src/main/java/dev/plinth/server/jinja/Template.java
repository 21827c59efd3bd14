package dev.plinth.server.jinja;

import java.time.Clock;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A template that was read. Thread-safe. */
public final class Template {
    /** As Jinja's sandbox: a loop over more is a mistake. */
    private static final long LONGEST_RANGE = 100_000;

    private final List<Statement> statements;

    private Template(List<Statement> statements) {
        this.statements = statements;
    }

    /** @throws JinjaException if it cannot be read; the message names the line */
    public static Template parse(String text) {
        try {
            return new Template(Parser.parse(text));
        } catch (NumberFormatException e) {
            throw new JinjaException("a number cannot be read: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw new JinjaException("it is nested too deep");
        }
    }

    /**
     * What the template makes of these values: String, Long, Double, Boolean, {@link None}, and List and Map of such.
     *
     * @param clock for {@code strftime_now}
     * @throws JinjaException if it cannot go on, or refuses
     */
    public String render(Map<String, Object> values, Clock clock) {
        Map<String, Object> names = new HashMap<>(Map.of(
                "range", (Callable) Template::range,
                "namespace", (Callable) given -> new Namespace(merged(given)),
                "dict", (Callable) Template::merged,
                "raise_exception",
                        (Callable) given -> {
                            throw JinjaException.refusal(Values.text(given.required(0, "message")));
                        },
                "strftime_now",
                        (Callable) given -> Strftime.format(LocalDateTime.now(clock), given.text(0, "format"))));
        names.putAll(values);
        try {
            return new Renderer().render(statements, new Scope(names));
        } catch (StackOverflowError e) {
            throw new JinjaException("a macro calls itself without end");
        } catch (ArithmeticException e) {
            throw new JinjaException("a number is too large");
        }
    }

    private static Map<String, Object> merged(Arguments given) {
        Map<String, Object> merged = new LinkedHashMap<>();
        for (Object one : given.positional()) {
            if (one instanceof Map<?, ?> map) {
                map.forEach((key, value) -> merged.put(Values.text(key), value));
            }
        }
        merged.putAll(given.named());
        return merged;
    }

    private static Object range(Arguments given) {
        boolean onlyEnd = given.positional().size() == 1;
        long start = onlyEnd ? 0 : given.integer(0, "start", 0);
        long stop = given.integer(onlyEnd ? 0 : 1, "stop", 0);
        long step = given.integer(2, "step", 1);
        if (step == 0) {
            throw new JinjaException("a range's step cannot be zero");
        }
        if ((stop - start) / step > LONGEST_RANGE) {
            throw new JinjaException("a range of more than " + LONGEST_RANGE + " numbers");
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
            numbers.add(i);
        }
        return numbers;
    }
}
