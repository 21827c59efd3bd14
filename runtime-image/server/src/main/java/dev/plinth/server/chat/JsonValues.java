package dev.plinth.server.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plinth.server.jinja.None;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as the values that templates take. */
public final class JsonValues {
    private JsonValues() {}

    public static Object of(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> object(json);
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                json.forEach(item -> list.add(of(item)));
                yield list;
            }
            case STRING -> json.asText();
            case BOOLEAN -> json.asBoolean();
            case NUMBER ->
                json.isIntegralNumber() && json.canConvertToLong() ? (Object) json.asLong() : json.asDouble();
            default -> None.NONE;
        };
    }

    /** The fields in their order. */
    public static Map<String, Object> object(JsonNode json) {
        Map<String, Object> object = new LinkedHashMap<>();
        json.properties().forEach(field -> object.put(field.getKey(), of(field.getValue())));
        return object;
    }
}
