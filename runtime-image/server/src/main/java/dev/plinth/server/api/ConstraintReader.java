package dev.plinth.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plinth.engine.LanguageModel;
import dev.plinth.engine.constraint.ConstraintException;
import dev.plinth.engine.constraint.Grammar;
import dev.plinth.engine.constraint.GrammarCache;
import dev.plinth.engine.constraint.JsonSchema;
import dev.plinth.engine.constraint.Regex;
import dev.plinth.engine.constraint.TokenGrammar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads within which texts an answer must stay: {@code response_format} of OpenAI, {@code structured_outputs} of vLLM (json, regex,
 * choice) and its older {@code guided_json}, {@code guided_regex} and {@code guided_choice}.
 */
final class ConstraintReader {
    private final GrammarCache cache;

    ConstraintReader(LanguageModel model) {
        this.cache = new GrammarCache(model);
    }

    Optional<TokenGrammar> read(Fields fields) throws ApiError {
        List<Asked> asked = new ArrayList<>();
        responseFormat(fields).ifPresent(asked::add);
        JsonNode structured = object(fields, "structured_outputs");
        for (String kind : List.of("json", "regex", "choice")) {
            add(asked, kind, "structured_outputs." + kind, structured.path(kind));
            add(asked, kind, "guided_" + kind, fields.json().path("guided_" + kind));
        }
        if (asked.size() > 1) {
            throw ApiError.invalid(
                    asked.get(1).field(),
                    "%s and %s cannot be asked for together"
                            .formatted(asked.getFirst().field(), asked.get(1).field()));
        }
        return asked.isEmpty() ? Optional.empty() : Optional.of(grammar(asked.getFirst()));
    }

    /**
     * A grammar made elsewhere.
     *
     * @param key tells it from others
     */
    TokenGrammar of(String field, String key, Grammar.WithRules grammar) throws ApiError {
        try {
            return cache.get(key, () -> grammar);
        } catch (ConstraintException e) {
            throw ApiError.invalid(field, field + ": " + e.getMessage());
        }
    }

    private record Asked(String kind, String field, JsonNode value) {}

    private static void add(List<Asked> asked, String kind, String field, JsonNode value) {
        if (!value.isMissingNode() && !value.isNull()) {
            asked.add(new Asked(kind, field, value));
        }
    }

    private static JsonNode object(Fields fields, String name) throws ApiError {
        JsonNode value = fields.json().path(name);
        if (!value.isObject() && !value.isMissingNode() && !value.isNull()) {
            throw ApiError.invalid(name, name + " must be an object");
        }
        return value;
    }

    private static Optional<Asked> responseFormat(Fields fields) throws ApiError {
        JsonNode format = object(fields, "response_format");
        JsonNode jsonSchema = format.path("json_schema");
        if (!jsonSchema.isObject() && !jsonSchema.isNull() && !jsonSchema.isMissingNode()) {
            throw ApiError.invalid("response_format.json_schema", "response_format.json_schema must be an object");
        }
        String type = format.path("type").asText("text");
        return switch (type) {
            case "text" -> Optional.empty();
            case "json_object" -> Optional.of(new Asked("json_object", "response_format", format));
            case "json_schema" -> {
                JsonNode schema = jsonSchema.path("schema");
                if (!schema.isObject()) {
                    throw ApiError.invalid(
                            "response_format.json_schema.schema",
                            "response_format.json_schema.schema must be a JSON Schema");
                }
                yield Optional.of(new Asked("json", "response_format.json_schema.schema", schema));
            }
            default ->
                throw ApiError.invalid(
                        "response_format",
                        "response_format \"" + type + "\" is not supported; use text, json_object or json_schema");
        };
    }

    private TokenGrammar grammar(Asked asked) throws ApiError {
        check(asked);
        try {
            return cache.get(asked.kind() + " " + asked.value(), () -> switch (asked.kind()) {
                case "json_object" -> JsonSchema.anyObject();
                case "json" -> JsonSchema.of(asked.value());
                case "regex" -> new Grammar.WithRules(Regex.parse(asked.value().asText()), Map.of());
                default -> new Grammar.WithRules(choice(asked.value()), Map.of());
            });
        } catch (ConstraintException e) {
            throw ApiError.invalid(asked.field(), asked.field() + ": " + e.getMessage());
        }
    }

    private static void check(Asked asked) throws ApiError {
        JsonNode value = asked.value();
        if (asked.kind().equals("regex") && !value.isTextual()) {
            throw ApiError.invalid(asked.field(), asked.field() + " must be a string");
        }
        boolean texts = value.isArray()
                && !value.isEmpty()
                && value.valueStream()
                        .allMatch(text -> text.isTextual() && !text.asText().isEmpty());
        if (asked.kind().equals("choice") && !texts) {
            throw ApiError.invalid(
                    asked.field(), asked.field() + " must be a list of strings, at least one and none empty");
        }
    }

    private static Grammar choice(JsonNode texts) {
        List<Grammar> options = new ArrayList<>();
        texts.forEach(text -> options.add(new Grammar.Literal(text.asText())));
        return new Grammar.Choice(options);
    }
}
