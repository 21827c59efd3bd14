package dev.plinth.tierbench.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** A JSON object on a line. Each field is read with its type and range; whatever is not exactly that is an {@link InputException}. */
final class Fields {
    static final int MOST = 1_000_000;
    static final double MOST_SECONDS = 1e12;
    private static final long MOST_OF_OTHERS = 1L << 50;

    /** Numbers are exact. NaN is parsed, only to be refused as any other value that is out of range. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                    DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
                    DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Line line;
    private final String path;
    private final JsonNode json;

    private Fields(Line line, String path, JsonNode json) {
        this.line = line;
        this.path = path;
        this.json = json;
    }

    static Fields of(Line line) {
        try {
            var json = JSON.readTree(line.text());
            if (!json.isObject()) {
                throw line.wrong("is not a JSON object");
            }
            return new Fields(line, "", json);
        } catch (JsonProcessingException e) {
            var place = Optional.ofNullable(e.getLocation()).map(at -> "; look before column " + at.getColumnNr());
            throw line.wrong("is not one JSON object that has each field once" + place.orElse(""));
        }
    }

    /** @param known the fields that the object may have */
    Fields only(String... known) {
        var names = Set.of(known);
        json.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                throw wrong(name, "is not known; there are " + String.join(", ", known));
            }
        });
        return this;
    }

    boolean has(String field) {
        return json.has(field);
    }

    boolean isObject(String field) {
        return json.path(field).isObject();
    }

    boolean isList(String field) {
        return json.path(field).isArray();
    }

    /** At least one character. */
    String text(String field) {
        return text(field, given(field));
    }

    Optional<String> optionalText(String field) {
        return has(field) ? Optional.of(text(field)) : Optional.empty();
    }

    /** The constant of that very name. */
    <E extends Enum<E>> E oneOf(String field, Class<E> names) {
        return Arrays.stream(names.getEnumConstants())
                .filter(each -> each.name().equals(given(field).textValue()))
                .findFirst()
                .orElseThrow(() -> wrong(field, "is not one of " + Arrays.toString(names.getEnumConstants())));
    }

    int whole(String field, int least, int most) {
        return (int) whole(field, given(field), least, most);
    }

    double number(String field, double least, double most) {
        if (!isWithin(given(field), BigDecimal.valueOf(least), BigDecimal.valueOf(most))) {
            throw wrong(field, "is not a number from " + (long) least + " to " + (long) most);
        }
        return given(field).doubleValue();
    }

    /** 0 if there is no such field. */
    double seconds(String field) {
        return has(field) ? number(field, 0, MOST_SECONDS) : 0;
    }

    /** False if there is no such field. */
    boolean flag(String field) {
        if (has(field) && !given(field).isBoolean()) {
            throw wrong(field, "is not true or false");
        }
        return json.path(field).booleanValue();
    }

    /** None if there is no such field. */
    SortedMap<String, Long> amounts(String field) {
        var amounts = new TreeMap<String, Long>();
        if (has(field)) {
            var each = object(field);
            each.json
                    .properties()
                    .forEach(entry -> amounts.put(
                            entry.getKey(), each.whole(entry.getKey(), entry.getValue(), 0, MOST_OF_OTHERS)));
        }
        return amounts;
    }

    Fields object(String field) {
        return object(field, given(field));
    }

    List<Fields> objects(String field) {
        return list(field, this::object);
    }

    List<String> texts(String field) {
        return list(field, this::text);
    }

    /** @param ofNull stands for null */
    List<String> texts(String field, String ofNull) {
        return list(field, (name, value) -> value.isNull() ? ofNull : text(name, value));
    }

    InputException wrong(String reason) {
        return line.wrong(reason);
    }

    private InputException wrong(String field, String reason) {
        return line.wrong("the field " + path + field + " " + reason);
    }

    private JsonNode given(String field) {
        return Optional.ofNullable(json.get(field)).orElseThrow(() -> wrong(field, "is missing"));
    }

    private String text(String field, JsonNode value) {
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw wrong(field, "is not a text of at least one character");
        }
        return value.textValue();
    }

    private Fields object(String field, JsonNode value) {
        if (!value.isObject()) {
            throw wrong(field, "is not an object");
        }
        return new Fields(line, path + field + ".", value);
    }

    private <T> List<T> list(String field, BiFunction<String, JsonNode, T> read) {
        var values = given(field);
        if (!values.isArray()) {
            throw wrong(field, "is not a list");
        }
        var list = new ArrayList<T>();
        for (var value : values) {
            list.add(read.apply(field + "[" + list.size() + "]", value));
        }
        return list;
    }

    private long whole(String field, JsonNode value, long least, long most) {
        if (!isWithin(value, BigDecimal.valueOf(least), BigDecimal.valueOf(most))
                || value.decimalValue().stripTrailingZeros().scale() > 0) {
            throw wrong(field, "is not a whole number from " + least + " to " + most);
        }
        return value.decimalValue().longValue();
    }

    /** A double is what no decimal can be: NaN or infinite. */
    private static boolean isWithin(JsonNode value, BigDecimal least, BigDecimal most) {
        return value.isNumber()
                && !value.isDouble()
                && value.decimalValue().compareTo(least) >= 0
                && value.decimalValue().compareTo(most) <= 0;
    }
}
