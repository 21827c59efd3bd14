package dev.plinth.engine.weights;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** How fields of the {@code config.json} beside the weights are read, whatever the model. */
public final class ConfigJson {
    private ConfigJson() {}

    /** @throws IllegalArgumentException if there is no such field, or it is no whole number */
    public static int required(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isInt()) {
            throw new IllegalArgumentException("config.json has no whole number \"" + field + "\"");
        }
        return value.asInt();
    }

    /** Token ids, of which files write one by itself or several in a list. */
    public static List<Integer> ids(JsonNode idOrIds) {
        if (idOrIds.isInt()) {
            return List.of(idOrIds.asInt());
        }
        List<Integer> ids = new ArrayList<>();
        idOrIds.forEach(id -> ids.add(id.asInt()));
        return ids;
    }

    /** That a field has a value which is not computed, and which ones are. */
    public static IllegalArgumentException unsupported(String field, String value, String what) {
        return new IllegalArgumentException("config.json: %s is \"%s\": %s".formatted(field, value, what));
    }
}
