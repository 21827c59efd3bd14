package dev.plinth.planner.model;

import java.util.Map;

/** The fields of a {@code config.json}, with messages for the missing and the absurd. */
record Fields(Map<String, ?> config) {
    /** Larger than any dimension of a known model; guards the arithmetic from overflow. */
    private static final long LARGEST = 10_000_000;

    String text(String field) {
        if (config.get(field) instanceof String text) {
            return text;
        }
        throw new UnknownModelException("config.json has no text '%s'".formatted(field));
    }

    int count(String field) {
        var value = config.get(field);
        if (value == null) {
            throw new UnknownModelException("config.json has no number '%s'".formatted(field));
        }
        if (value instanceof Number number
                && number.doubleValue() == number.longValue()
                && number.longValue() >= 1
                && number.longValue() <= LARGEST) {
            return number.intValue();
        }
        throw new UnknownModelException(
                "config.json: '%s' is %s; it must be a whole number from 1 to %d".formatted(field, value, LARGEST));
    }

    int countOr(String field, int absent) {
        return config.get(field) == null || isZero(config.get(field)) ? absent : count(field);
    }

    private static boolean isZero(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof Number number && number.doubleValue() == 0;
    }

    boolean flagOr(String field, boolean absent) {
        return config.get(field) instanceof Boolean flag ? flag : absent;
    }

    /** One count divided by another that must divide it. */
    int share(String whole, String parts) {
        int total = count(whole);
        int divisor = count(parts);
        if (total % divisor != 0) {
            var below = divisor;
            while (total % below != 0) {
                below--;
            }
            throw new UnknownModelException(
                    "config.json: '%s' %d is not divisible by '%s' %d; the nearest smaller value that divides it is %d"
                            .formatted(whole, total, parts, divisor, below));
        }
        return total / divisor;
    }
}
