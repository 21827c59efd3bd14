package dev.plinth.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.plinth.trainer.TrainingFailure.Exit;
import java.util.List;

/** One object of the configuration, read field by field; every error names the field and says what it must be. */
record ConfigSection(String path, JsonNode json) {

    ConfigSection {
        path = path.isEmpty() || path.endsWith(".") ? path : path + ".";
    }

    static TrainingFailure wrong(String message) {
        return new TrainingFailure(Exit.CONFIGURATION, message);
    }

    /** Refuses fields that nothing would carry out. */
    void allow(String... fields) throws TrainingFailure {
        if (!json.isObject()) {
            throw wrong("%s must be a JSON object".formatted(path.isEmpty() ? "PLINTH_TRAINER_CONFIG" : path));
        }
        for (var field : json.properties()) {
            if (!List.of(fields).contains(field.getKey())) {
                throw wrong("%s%s is not a setting of this trainer; it knows %s"
                        .formatted(path, field.getKey(), String.join(", ", fields)));
            }
        }
    }

    boolean has(String field) {
        return json.hasNonNull(field);
    }

    ConfigSection section(String field) throws TrainingFailure {
        return new ConfigSection(path + field, required(field));
    }

    ConfigSection sectionOrEmpty(String field) {
        return new ConfigSection(path + field, has(field) ? json.get(field) : JsonNodeFactory.instance.objectNode());
    }

    String text(String field) throws TrainingFailure {
        JsonNode value = required(field);
        if (!value.isTextual() || value.asText().isBlank()) {
            throw wrong("%s%s must be a text, not %s".formatted(path, field, value));
        }
        return value.asText();
    }

    String text(String field, String otherwise) throws TrainingFailure {
        return has(field) ? text(field) : otherwise;
    }

    int positive(String field) throws TrainingFailure {
        return whole(field, required(field), 1);
    }

    int positive(String field, int otherwise) throws TrainingFailure {
        return has(field) ? positive(field) : otherwise;
    }

    /** A whole number of at least 0. */
    int count(String field, int otherwise) throws TrainingFailure {
        return has(field) ? whole(field, json.get(field), 0) : otherwise;
    }

    private int whole(String field, JsonNode value, int least) throws TrainingFailure {
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() < least) {
            throw wrong("%s%s must be a whole number of at least %d, not %s".formatted(path, field, least, value));
        }
        return value.asInt();
    }

    long number(String field, long otherwise) throws TrainingFailure {
        if (!has(field)) {
            return otherwise;
        }
        JsonNode value = json.get(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong("%s%s must be a whole number, not %s".formatted(path, field, value));
        }
        return value.asLong();
    }

    boolean flag(String field, boolean otherwise) throws TrainingFailure {
        if (!has(field)) {
            return otherwise;
        }
        if (!json.get(field).isBoolean()) {
            throw wrong("%s%s must be true or false, not %s".formatted(path, field, json.get(field)));
        }
        return json.get(field).asBoolean();
    }

    /** A number, or a text that is one: resources in a cluster carry decimals as texts. */
    double decimal(String field, double otherwise, double least, double most) throws TrainingFailure {
        if (!has(field)) {
            return otherwise;
        }
        JsonNode value = json.get(field);
        double number;
        try {
            number = Double.parseDouble(value.asText());
        } catch (NumberFormatException e) {
            throw wrong("%s%s must be a decimal number such as \"3e-4\", not %s".formatted(path, field, value));
        }
        if (!(number >= least && number <= most)) {
            throw wrong("%s%s must be %s, not %s".formatted(path, field, range(least, most), value));
        }
        return number;
    }

    private static String range(double least, double most) {
        String lower = least == 0 ? "at least 0" : "greater than 0";
        return most == Double.MAX_VALUE ? lower : lower + " and less than 1";
    }

    private JsonNode required(String field) throws TrainingFailure {
        if (!has(field)) {
            throw wrong("%s%s is missing".formatted(path, field));
        }
        return json.get(field);
    }
}
