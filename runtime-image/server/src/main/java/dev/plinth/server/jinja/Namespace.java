package dev.plinth.server.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** Values that a loop's body may set for what comes after it. */
final class Namespace {
    private final Map<String, Object> values = new LinkedHashMap<>();

    Namespace(Map<String, Object> values) {
        this.values.putAll(values);
    }

    Object get(String name) {
        return values.getOrDefault(name, new Undefined("the namespace has no '" + name + "'"));
    }

    void set(String name, Object value) {
        values.put(name, value);
    }
}
