package dev.plinth.engine.weights;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The key-value pairs at the head of a GGUF file. */
public final class GgufMetadata {
    private final Map<String, Object> values;

    GgufMetadata(Map<String, Object> values) {
        this.values = Map.copyOf(values);
    }

    /** A whole number of any width. */
    public Optional<Long> integer(String key) {
        return get(key, Number.class).map(Number::longValue);
    }

    public Optional<Double> decimal(String key) {
        return get(key, Number.class).map(Number::doubleValue);
    }

    public Optional<Boolean> flag(String key) {
        return get(key, Boolean.class);
    }

    public Optional<String> string(String key) {
        return get(key, String.class);
    }

    /** A list of strings, empty if absent. */
    public List<String> strings(String key) {
        return list(key, String.class);
    }

    /** A list of whole numbers, empty if absent. */
    public List<Integer> integers(String key) {
        return list(key, Number.class).stream().map(Number::intValue).toList();
    }

    /** A whole number above 0 that must be there. */
    public int requiredPositive(String key) {
        int value = Math.toIntExact(integer(key).orElseThrow(() -> missing(key)));
        if (value < 1) {
            throw new IllegalArgumentException(
                    "the GGUF file says %d for \"%s\", which must be at least 1".formatted(value, key));
        }
        return value;
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    static IllegalArgumentException missing(String key) {
        return new IllegalArgumentException("the GGUF file does not say \"" + key + "\"");
    }

    private <T> Optional<T> get(String key, Class<T> type) {
        return Optional.ofNullable(values.get(key)).filter(type::isInstance).map(type::cast);
    }

    private <T> List<T> list(String key, Class<T> type) {
        return get(key, List.class).stream()
                .flatMap(list -> ((List<?>) list).stream())
                .map(type::cast)
                .toList();
    }
}
