package dev.plinth.server.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values a function is called with. */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static Arguments of(Object... positional) {
        return new Arguments(List.of(positional), Map.of());
    }

    Optional<Object> get(int index, String name) {
        return index < positional.size() ? Optional.of(positional.get(index)) : Optional.ofNullable(named.get(name));
    }

    Object required(int index, String name) {
        return get(index, name).orElseThrow(() -> new JinjaException("the argument \"" + name + "\" is missing"));
    }

    String text(int index, String name) {
        Object value = required(index, name);
        if (value instanceof String text) {
            return text;
        }
        throw new JinjaException("the argument \"" + name + "\" must be a string, not " + Values.type(value));
    }

    Optional<String> optionalText(int index, String name) {
        return get(index, name).filter(value -> value != None.NONE).map(Values::text);
    }

    long integer(int index, String name, long otherwise) {
        return get(index, name)
                .filter(value -> value != None.NONE)
                .map(Values::integer)
                .orElse(otherwise);
    }

    boolean flag(int index, String name) {
        return get(index, name).filter(Values::truth).isPresent();
    }
}
