package dev.plinth.engine.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.plinth.engine.constraint.Grammar.Characters;
import dev.plinth.engine.constraint.Grammar.Choice;
import dev.plinth.engine.constraint.Grammar.Literal;
import dev.plinth.engine.constraint.Grammar.Repeat;
import dev.plinth.engine.constraint.Grammar.Rule;
import dev.plinth.engine.constraint.Grammar.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * JSON as texts: of any kind, or as a JSON Schema describes it. What is generated always validates; it is a part of what would:
 * properties come in the order of the schema and no others beside them, a oneOf is taken for an anyOf, white space is a blank, or a line
 * break with up to {@value #DEEPEST_INDENT} blanks. Keywords that cannot be kept are refused by name.
 */
public final class JsonSchema {
    private static final int DEEPEST_INDENT = 40;

    private static final String ANY = "any JSON";
    private static final Grammar QUOTE = new Literal("\"");
    private static final Grammar SPACE = Grammar.optional(new Choice(List.of(
            new Literal(" "),
            new Sequence(List.of(new Literal("\n"), new Repeat(Characters.of(' ', ' '), 0, DEEPEST_INDENT))))));
    /** What stands in a string as it is. */
    private static final Characters PLAIN = Characters.of(0x20, 0x21, 0x23, 0x5B, 0x5D, Characters.LAST);

    private static final Grammar CHARACTER = new Choice(List.of(
            PLAIN,
            new Sequence(List.of(
                    new Literal("\\"),
                    Characters.of('"', '"', '\\', '\\', '/', '/', 'b', 'b', 'f', 'f', 'n', 'n', 'r', 'r', 't', 't'))),
            new Sequence(List.of(new Literal("\\u"), new Repeat(Characters.of('0', '9', 'A', 'F', 'a', 'f'), 4, 4)))));
    private static final Grammar STRING = Grammar.sequence(QUOTE, new Repeat(CHARACTER, 0, Repeat.ANY), QUOTE);
    private static final Grammar DIGITS = new Repeat(Characters.of('0', '9'), 0, 20);
    private static final Grammar INTEGER = Grammar.sequence(
            Grammar.optional(new Literal("-")),
            new Choice(List.of(new Literal("0"), Grammar.sequence(Characters.of('1', '9'), DIGITS))));
    private static final Grammar NUMBER = Grammar.sequence(
            INTEGER,
            Grammar.optional(Grammar.sequence(new Literal("."), Characters.of('0', '9'), DIGITS)),
            Grammar.optional(Grammar.sequence(
                    Characters.of('E', 'E', 'e', 'e'),
                    Grammar.optional(Characters.of('+', '+', '-', '-')),
                    new Repeat(Characters.of('0', '9'), 1, 3))));
    private static final Grammar BOOLEAN = new Choice(List.of(new Literal("true"), new Literal("false")));

    private static final Map<String, String> FORMATS = Map.of(
            "date", "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
            "time", "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])",
            "date-time",
                    "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
                            + "(\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])",
            "uuid", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            "ipv4", "((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])");

    /** What is kept of each type. */
    private static final Map<String, Set<String>> KEYWORDS = Map.of(
            "object", Set.of("type", "properties", "required", "additionalProperties"),
            "array", Set.of("type", "items", "prefixItems", "minItems", "maxItems"),
            "string", Set.of("type", "minLength", "maxLength", "pattern", "format"),
            "integer", Set.of("type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
            "number", Set.of("type"),
            "boolean", Set.of("type"),
            "null", Set.of("type"));

    /** They say nothing about what is valid. */
    private static final Set<String> ANNOTATIONS = Set.of(
            "title",
            "description",
            "default",
            "examples",
            "$schema",
            "$id",
            "$comment",
            "$defs",
            "definitions",
            "deprecated",
            "readOnly",
            "writeOnly",
            "discriminator",
            "strict");

    private final JsonNode root;
    private final Map<String, Grammar> rules = new HashMap<>();
    /** Definitions whose rules are being made or are made. */
    private final Set<String> named = new HashSet<>();

    private JsonSchema(JsonNode root) {
        this.root = root;
    }

    /** Any JSON object. */
    public static Grammar.WithRules anyObject() {
        JsonSchema json = new JsonSchema(JsonNodeFactory.instance.objectNode());
        Grammar object = json.anyObjectGrammar();
        return new Grammar.WithRules(object, json.rules);
    }

    /** @throws ConstraintException if the schema cannot be kept; the message names the place and the keyword */
    public static Grammar.WithRules of(JsonNode schema) throws ConstraintException {
        JsonSchema json = new JsonSchema(schema);
        Grammar start = json.value(schema, "");
        return new Grammar.WithRules(start, json.rules);
    }

    private Grammar value(JsonNode schema, String place) throws ConstraintException {
        if (schema.isBoolean() && schema.asBoolean() || schema.isObject() && schema.isEmpty()) {
            return anyValue();
        }
        if (!schema.isObject()) {
            throw error(place, "a schema must be an object");
        }
        if (schema.has("$ref")) {
            allow(schema, place, Set.of("$ref"));
            return reference(schema.path("$ref").asText(), place);
        }
        if (schema.has("const")) {
            return new Literal(schema.path("const").toString());
        }
        if (schema.has("enum")) {
            List<Grammar> values = new ArrayList<>();
            schema.path("enum").forEach(one -> values.add(new Literal(one.toString())));
            if (values.isEmpty()) {
                throw error(place, "enum must name at least one value");
            }
            return new Choice(values);
        }
        for (String several : List.of("anyOf", "oneOf", "allOf")) {
            if (schema.has(several)) {
                allow(schema, place, Set.of(several, "type"));
                return combined(several, schema.path(several), place + "/" + several);
            }
        }
        JsonNode type = schema.path("type");
        if (type.isArray() && !type.isEmpty()) {
            Set<String> kept = new HashSet<>();
            List<Grammar> options = new ArrayList<>();
            for (JsonNode one : type) {
                options.add(typed(one.asText(), schema, place));
                kept.addAll(KEYWORDS.getOrDefault(one.asText(), Set.of()));
            }
            allow(schema, place, kept);
            return new Choice(options);
        }
        boolean object = type.isMissingNode() && schema.has("properties");
        return typed(object ? "object" : type.asText(), schema, place);
    }

    private Grammar combined(String keyword, JsonNode schemas, String place) throws ConstraintException {
        if (!schemas.isArray() || schemas.isEmpty()) {
            throw error(place, keyword + " must list at least one schema");
        }
        if (keyword.equals("allOf") && schemas.size() > 1) {
            throw error(place, "allOf of several schemas is not supported");
        }
        List<Grammar> options = new ArrayList<>();
        for (int i = 0; i < schemas.size(); i++) {
            options.add(value(schemas.path(i), place + "/" + i));
        }
        return new Choice(options);
    }

    private Grammar typed(String type, JsonNode schema, String place) throws ConstraintException {
        Set<String> keywords = KEYWORDS.get(type);
        if (keywords == null) {
            throw error(place, type.isEmpty() ? "a schema must have a type" : "the type \"" + type + "\" is not known");
        }
        if (schema.path("type").isTextual()) {
            allow(schema, place, keywords);
        }
        return switch (type) {
            case "object" -> object(schema, place);
            case "array" -> array(schema, place);
            case "string" -> string(schema, place);
            case "integer" -> integer(schema, place);
            case "number" -> NUMBER;
            case "boolean" -> BOOLEAN;
            default -> new Literal("null");
        };
    }

    private static Grammar integer(JsonNode schema, String place) throws ConstraintException {
        long least = Math.max(
                bound(schema, "minimum", Integers.LEAST, place),
                bound(schema, "exclusiveMinimum", Integers.LEAST - 1, place) + 1);
        long most = Math.min(
                bound(schema, "maximum", Integers.MOST, place),
                bound(schema, "exclusiveMaximum", Integers.MOST + 1, place) - 1);
        try {
            return Integers.between(least, most);
        } catch (ConstraintException e) {
            throw error(place, String.valueOf(e.getMessage()));
        }
    }

    private static long bound(JsonNode schema, String keyword, long otherwise, String place)
            throws ConstraintException {
        JsonNode bound = schema.path(keyword);
        if (bound.isMissingNode()) {
            return otherwise;
        }
        if (!bound.isNumber() || bound.asDouble() != Math.rint(bound.asDouble()) || Math.abs(bound.asDouble()) > 1e17) {
            throw error(place, keyword + " must be a whole number");
        }
        return bound.asLong();
    }

    /** A keyword that is not kept must not look as if it were. */
    private static void allow(JsonNode schema, String place, Set<String> kept) throws ConstraintException {
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            if (!kept.contains(field.getKey()) && !ANNOTATIONS.contains(field.getKey())) {
                throw error(place, "the keyword \"" + field.getKey() + "\" is not supported");
            }
        }
    }

    private Grammar object(JsonNode schema, String place) throws ConstraintException {
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        if (!properties.isObject() && !properties.isMissingNode()) {
            throw error(place, "properties must be an object");
        }
        Set<String> required = new HashSet<>();
        for (JsonNode name : schema.path("required")) {
            if (!properties.has(name.asText())) {
                throw error(place, "the required property \"" + name.asText() + "\" has no schema");
            }
            required.add(name.asText());
        }
        if (properties.isEmpty()) {
            if (others.isBoolean() && !others.asBoolean()) {
                return Grammar.sequence(new Literal("{"), SPACE, new Literal("}"));
            }
            return map(others.isObject() ? value(others, place + "/additionalProperties") : anyValue());
        }
        List<Member> members = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            String name = JsonNodeFactory.instance.textNode(property.getKey()).toString();
            Grammar value = value(property.getValue(), place + "/properties/" + property.getKey());
            members.add(new Member(
                    Grammar.sequence(new Literal(name + ":"), SPACE, value), required.contains(property.getKey())));
        }
        return Grammar.sequence(new Literal("{"), SPACE, members(members), SPACE, new Literal("}"));
    }

    private record Member(Grammar text, boolean required) {}

    /**
     * Members in their order, those that may be left out perhaps left out, with commas between. What follows the i-th is either
     * "a comma is due before the next" (something was written) or not, hence two grammars a place, made from the end.
     */
    private static Grammar members(List<Member> members) {
        Grammar first = new Sequence(List.of());
        Grammar later = first;
        for (Member member : members.reversed()) {
            Grammar comma = Grammar.sequence(new Literal(","), SPACE, member.text());
            Grammar written = new Sequence(List.of(member.text(), later));
            first = member.required() ? written : new Choice(List.of(written, first));
            later = member.required()
                    ? Grammar.sequence(comma, later)
                    : Grammar.sequence(Grammar.optional(comma), later);
        }
        return first;
    }

    private Grammar map(Grammar value) {
        Grammar member = Grammar.sequence(STRING, new Literal(":"), SPACE, value);
        return Grammar.sequence(new Literal("{"), SPACE, list(member, 0, Repeat.ANY), SPACE, new Literal("}"));
    }

    private Grammar array(JsonNode schema, String place) throws ConstraintException {
        int least = count(schema, "minItems", 0, place);
        int most = count(schema, "maxItems", Repeat.ANY, place);
        List<Grammar> first = new ArrayList<>();
        for (int i = 0; i < schema.path("prefixItems").size(); i++) {
            first.add(value(schema.path("prefixItems").path(i), place + "/prefixItems/" + i));
        }
        if (!first.isEmpty()) {
            if (least > first.size() || schema.path("items").isObject()) {
                throw error(place, "items after prefixItems are not supported");
            }
            List<Grammar> parts = new ArrayList<>(List.of(new Literal("["), SPACE, first.getFirst()));
            first.subList(1, first.size()).forEach(item -> parts.addAll(List.of(new Literal(","), SPACE, item)));
            parts.addAll(List.of(SPACE, new Literal("]")));
            return new Sequence(parts);
        }
        Grammar item = schema.has("items") ? value(schema.path("items"), place + "/items") : anyValue();
        if (least > most) {
            throw error(place, "minItems is more than maxItems");
        }
        return Grammar.sequence(new Literal("["), SPACE, list(item, least, most), SPACE, new Literal("]"));
    }

    private static Grammar list(Grammar item, int least, int most) {
        if (most == 0) {
            return new Sequence(List.of());
        }
        Grammar more = new Repeat(
                Grammar.sequence(new Literal(","), SPACE, item),
                Math.max(0, least - 1),
                most == Repeat.ANY ? Repeat.ANY : most - 1);
        Grammar some = Grammar.sequence(item, more);
        return least == 0 ? Grammar.optional(some) : some;
    }

    private Grammar string(JsonNode schema, String place) throws ConstraintException {
        if (schema.has("pattern")) {
            if (schema.has("minLength") || schema.has("maxLength")) {
                throw error(place, "a pattern together with a length is not supported");
            }
            return Grammar.sequence(QUOTE, pattern(schema.path("pattern").asText(), place), QUOTE);
        }
        String format = FORMATS.getOrDefault(schema.path("format").asText(), "");
        if (!format.isEmpty()) {
            return Grammar.sequence(QUOTE, Regex.parse(format, PLAIN), QUOTE);
        }
        int least = count(schema, "minLength", 0, place);
        int most = count(schema, "maxLength", Repeat.ANY, place);
        if (least > most) {
            throw error(place, "minLength is more than maxLength");
        }
        return Grammar.sequence(QUOTE, new Repeat(CHARACTER, least, most), QUOTE);
    }

    /** A pattern of JSON Schema may match anywhere unless it is anchored. */
    private static Grammar pattern(String pattern, String place) throws ConstraintException {
        try {
            Grammar any = new Repeat(PLAIN, 0, Repeat.ANY);
            Grammar matched = Regex.parse(pattern, PLAIN);
            boolean endAnchored = pattern.endsWith("$") && !pattern.endsWith("\\$");
            Grammar before = pattern.startsWith("^") ? new Sequence(List.of()) : any;
            return Grammar.sequence(before, matched, endAnchored ? new Sequence(List.of()) : any);
        } catch (ConstraintException e) {
            throw error(place, "pattern: " + e.getMessage());
        }
    }

    private static int count(JsonNode schema, String keyword, int otherwise, String place) throws ConstraintException {
        JsonNode count = schema.path(keyword);
        if (count.isMissingNode()) {
            return otherwise;
        }
        if (!count.isInt() || count.asInt() < 0) {
            throw error(place, keyword + " must be a whole number from 0");
        }
        return count.asInt();
    }

    private Grammar reference(String reference, String place) throws ConstraintException {
        if (named.add(reference)) {
            JsonNode target = reference.startsWith("#")
                    ? root.at(reference.substring(1))
                    : JsonNodeFactory.instance.missingNode();
            if (target.isMissingNode()) {
                throw error(place, "$ref \"" + reference + "\" leads nowhere");
            }
            rules.put(reference, value(target, reference));
        }
        return new Rule(reference);
    }

    private Grammar anyObjectGrammar() {
        anyValue();
        return map(new Rule(ANY));
    }

    private Grammar anyValue() {
        if (named.add(ANY)) {
            Grammar any = new Rule(ANY);
            rules.put(
                    ANY,
                    new Choice(List.of(
                            map(any),
                            Grammar.sequence(
                                    new Literal("["), SPACE, list(any, 0, Repeat.ANY), SPACE, new Literal("]")),
                            STRING,
                            NUMBER,
                            BOOLEAN,
                            new Literal("null"))));
        }
        return new Rule(ANY);
    }

    private static ConstraintException error(String place, String what) {
        return new ConstraintException((place.isEmpty() ? "the schema" : "the schema at " + place) + ": " + what);
    }
}
