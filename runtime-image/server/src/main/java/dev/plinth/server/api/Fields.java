package dev.plinth.server.api;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.engine.adapter.Adapter;
import java.util.Optional;

/** The fields of a request's JSON body, checked for type and range. A field that is null counts as absent. */
record Fields(JsonNode json) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Reads a body. */
    static Fields parse(String body) throws ApiError {
        try {
            JsonNode json = JSON.readTree(body);
            if (json.isObject()) {
                return new Fields(json);
            }
        } catch (JsonProcessingException e) {
            throw ApiError.malformed("The request body is not valid JSON: " + place(e));
        }
        throw ApiError.malformed("The request body must be a JSON object.");
    }

    /** What is nested too deep or too long has no place. */
    private static String place(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        return location == null
                ? e.getOriginalMessage()
                : "line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    }

    /** The request must name the model that is served. */
    void requireModel(String servedName) throws ApiError {
        String name = text("model").orElseThrow(() -> ApiError.invalid("model", "model is required"));
        if (!name.equals(servedName)) {
            throw ApiError.modelNotFound(name);
        }
    }

    /** As {@link #requireModel}, or an adapter of it: that one. */
    Optional<Adapter> adapter(String servedName, AdapterRegistry adapters) throws ApiError {
        Optional<Adapter> adapter = text("model").flatMap(adapters::find);
        if (adapter.isEmpty()) {
            requireModel(servedName);
        }
        return adapter;
    }

    Optional<JsonNode> get(String name) {
        JsonNode value = json.path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    Optional<String> text(String name) throws ApiError {
        Optional<JsonNode> value = get(name);
        if (value.isPresent() && !value.get().isTextual()) {
            throw ApiError.invalid(name, name + " must be a string");
        }
        return value.map(JsonNode::asText);
    }

    Optional<JsonNode> object(String name) throws ApiError {
        Optional<JsonNode> value = get(name);
        if (value.isPresent() && !value.get().isObject()) {
            throw ApiError.invalid(name, name + " must be an object");
        }
        return value;
    }

    Optional<JsonNode> list(String name) throws ApiError {
        Optional<JsonNode> value = get(name);
        if (value.isPresent() && !value.get().isArray()) {
            throw ApiError.invalid(name, name + " must be a list");
        }
        return value;
    }

    boolean flag(String name) throws ApiError {
        Optional<JsonNode> value = get(name);
        if (value.isPresent() && !value.get().isBoolean()) {
            throw ApiError.invalid(name, name + " must be true or false");
        }
        return value.map(JsonNode::asBoolean).orElse(false);
    }

    Optional<Integer> integer(String name, int least, int most) throws ApiError {
        Optional<JsonNode> value = get(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!value.get().isIntegralNumber()) {
            throw ApiError.invalid(name, name + " must be a whole number");
        }
        long number = value.get().asLong();
        if (!value.get().canConvertToLong() || number < least || number > most) {
            String range =
                    number < least && most == Integer.MAX_VALUE ? "at least " + least : "from " + least + " to " + most;
            throw ApiError.invalid(name, "%s must be %s, not %s".formatted(name, range, value.get()));
        }
        return Optional.of((int) number);
    }

    double decimal(String name, double least, double most, double otherwise) throws ApiError {
        Optional<JsonNode> value = get(name);
        if (value.isEmpty()) {
            return otherwise;
        }
        double number = value.get().asDouble();
        if (!value.get().isNumber() || number < least || number > most) {
            throw ApiError.invalid(
                    name, "%s must be a number from %s to %s, not %s".formatted(name, least, most, value.get()));
        }
        return number;
    }
}
