package dev.plinth.planner.model;

import java.util.List;
import java.util.Map;

/** The fields of a {@code config.json}, with messages for the missing and the absurd. */
record Fields(Map<String, ?> config) {
    /** Larger than any dimension of a known model; guards the arithmetic from overflow. */
    private static final long LARGEST = 10_000_000;

    /** Most characters of a value that a message repeats: a file may have any. */
    private static final int SHOWN = 40;

    /** @param known the values that are understood, for whoever gives none */
    String text(String field, List<String> known) {
        if (config.get(field) instanceof String text) {
            return text;
        }
        throw new UnknownModelException(
                "config.json has no text '%s'; known are %s".formatted(field, String.join(", ", known)));
    }

    boolean has(String field) {
        return config.get(field) != null;
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
        throw new UnknownModelException("config.json: '%s' is %s; it must be a whole number from 1 to %d"
                .formatted(field, shown(value), LARGEST));
    }

    int countOr(String field, int absent) {
        return config.get(field) == null ? absent : count(field);
    }

    /** A count of what may also be left out, by zero or by no such field. */
    int countOrNone(String field) {
        return config.get(field) instanceof Number number && number.doubleValue() == 0 ? 0 : countOr(field, 0);
    }

    boolean flagOr(String field, boolean absent) {
        var value = config.get(field);
        if (value == null) {
            return absent;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new UnknownModelException(
                "config.json: '%s' is %s; it must be true or false".formatted(field, shown(value)));
    }

    /** A count that must divide another. */
    int divisor(String field, int absent, String of) {
        int divisor = countOr(field, absent);
        int whole = count(of);
        if (whole % divisor != 0) {
            throw new UnknownModelException(
                    "config.json: '%s' %d does not divide '%s' %d; the nearest value that does is %d"
                            .formatted(field, divisor, of, whole, nearestDivisor(divisor, whole)));
        }
        return divisor;
    }

    /** A count that must not be more than another. */
    int part(String field, String of) {
        int part = count(field);
        int whole = count(of);
        if (part > whole) {
            throw new UnknownModelException("config.json: '%s' is %d of '%s' %d; it must be a whole number from 1 to %d"
                    .formatted(field, part, of, whole, whole));
        }
        return part;
    }

    /** Refuses every value of a field but this one, which is also meant where it is absent. */
    void only(String field, Object understood) {
        var value = config.get(field);
        if (value != null && !value.equals(understood)) {
            throw new UnknownModelException(
                    "config.json: '%s' is %s; only %s is understood".formatted(field, shown(value), understood));
        }
    }

    /** One count divided by another that must divide it. */
    int share(String whole, String parts) {
        return count(whole) / divisor(parts, count(parts), whole);
    }

    /** So many times as much, if that is no more than any model has. */
    int times(String field, int number, int size) {
        var product = (long) number * size;
        if (product > LARGEST) {
            throw new UnknownModelException(
                    "config.json: '%s' %d makes a width of %d; the nearest value that is understood is %d"
                            .formatted(field, number, product, Math.max(1, LARGEST / size)));
        }
        return (int) product;
    }

    private static int nearestDivisor(int wish, int whole) {
        for (var away = 1; away < whole; away++) {
            if (wish - away >= 1 && whole % (wish - away) == 0) {
                return wish - away;
            }
            if (wish + away <= whole && whole % (wish + away) == 0) {
                return wish + away;
            }
        }
        return whole;
    }

    static String shown(Object value) {
        var text = value instanceof String ? "'" + value + "'" : value.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
