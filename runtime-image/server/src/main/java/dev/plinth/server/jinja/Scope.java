package dev.plinth.server.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Names and their values, on top of those of an outer scope. Setting never reaches the outer one. */
final class Scope {
    private final Optional<Scope> outer;
    private final Map<String, Object> values = new HashMap<>();

    Scope(Map<String, Object> values) {
        this.outer = Optional.empty();
        this.values.putAll(values);
    }

    Scope(Scope outer) {
        this.outer = Optional.of(outer);
    }

    Object get(String name) {
        Object value = values.get(name);
        if (value != null) {
            return value;
        }
        return outer.map(scope -> scope.get(name)).orElseGet(() -> new Undefined("'" + name + "' is undefined"));
    }

    void set(String name, Object value) {
        values.put(name, value);
    }
}
