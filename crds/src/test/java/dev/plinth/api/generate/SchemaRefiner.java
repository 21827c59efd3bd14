package dev.plinth.api.generate;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plinth.api.v1alpha1.ListMap;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Default;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Adds to a generated schema what the generator leaves out, by walking the Java records beside it: list types, integer
 * formats, limits, the standard condition, defaults as they are written, and bounds in words.
 */
final class SchemaRefiner {
    /** Limits of what says none itself: without limits the API server refuses rules for their estimated cost. */
    static final int TEXT_LENGTH = 1024;

    static final int ITEMS = 32;

    private SchemaRefiner() {}

    /** Refines the schema of a record, its properties in the order of the components. */
    static void refineRecord(ObjectNode schema, Class<?> record) {
        var description = record.getAnnotation(JsonClassDescription.class);
        if (description != null && !schema.has("description")) {
            schema.put("description", description.value());
        }
        if (record.isAnnotationPresent(PreserveUnknownFields.class)) {
            schema.put("x-kubernetes-preserve-unknown-fields", true);
        }
        var generated = schema.path("properties");
        var ordered = JsonNodeFactory.instance.objectNode();
        for (RecordComponent component : record.getRecordComponents()) {
            var property = (ObjectNode) generated.path(component.getName());
            refineComponent(property, component, field(record, component));
            ordered.set(component.getName(), property);
        }
        if (!ordered.isEmpty()) {
            schema.set("properties", ordered);
        }
    }

    private static void refineComponent(ObjectNode schema, RecordComponent component, AnnotatedElement annotations) {
        var from = annotations.getAnnotation(SchemaFrom.class);
        refine(schema, from == null ? component.getGenericType() : from.type());
        singleRules(schema);
        var listMap = annotations.getAnnotation(ListMap.class);
        if (listMap != null) {
            schema.put("x-kubernetes-list-type", "map");
            var keys = schema.putArray("x-kubernetes-list-map-keys");
            Arrays.stream(listMap.value()).forEach(keys::add);
        }
        var defaultValue = annotations.getAnnotation(Default.class);
        if (defaultValue != null) {
            schema.set("default", asWritten(defaultValue.value(), component.getType()));
        }
        describeBounds(schema);
    }

    /** kubectl explain shows descriptions only, so the bounds of a number stand there too, before its default. */
    private static void describeBounds(ObjectNode schema) {
        if (!schema.has("minimum")) {
            return;
        }
        var least = schema.path("minimum").asLong();
        var bounds = schema.has("maximum")
                ? " From %d to %d.".formatted(least, schema.path("maximum").asLong())
                : " %d or more.".formatted(least);
        var description = schema.path("description").asText();
        int end = description.contains(" Default: ") ? description.lastIndexOf(" Default: ") : description.length();
        schema.put("description", description.substring(0, end) + bounds + description.substring(end));
    }

    private static void refine(ObjectNode schema, Type type) {
        switch (type) {
            case ParameterizedType list
            when list.getRawType() == List.class -> {
                limit(schema, "maxItems", ITEMS);
                schema.put("x-kubernetes-list-type", "atomic");
                refineElement(schema, "items", list.getActualTypeArguments()[0]);
            }
            case ParameterizedType map
            when map.getRawType() == Map.class -> {
                limit(schema, "maxProperties", ITEMS);
                refineElement(schema, "additionalProperties", map.getActualTypeArguments()[1]);
            }
            case Class<?> c when c == String.class -> limit(schema, "maxLength", TEXT_LENGTH);
            case Class<?> c when c == int.class || c == Integer.class -> schema.put("format", "int32");
            case Class<?> c when c == long.class || c == Long.class -> schema.put("format", "int64");
            case Class<?> c when c == Quantity.class -> refineQuantity(schema);
            case Class<?> c
            when c == Condition.class -> {
                schema.removeAll();
                schema.setAll(Yaml.resource("condition.yaml"));
            }
            case Class<?> c when c.isRecord() -> refineRecord(schema, c);
            default -> {}
        }
    }

    private static void refineElement(ObjectNode schema, String name, Type type) {
        refine((ObjectNode) schema.required(name), type);
    }

    /** The generator finds a rule twice: at the field of a component and at its accessor. */
    private static void singleRules(ObjectNode schema) {
        var rules = new LinkedHashSet<JsonNode>();
        schema.path("x-kubernetes-validations").forEach(rules::add);
        if (!rules.isEmpty()) {
            schema.putArray("x-kubernetes-validations").addAll(rules);
        }
    }

    private static void refineQuantity(ObjectNode schema) {
        schema.put("maxLength", 64);
        if (schema.has("x-kubernetes-validations")) {
            return; // A rule of its own says more than the general one.
        }
        schema.putArray("x-kubernetes-validations")
                .addObject()
                .put(
                        "rule",
                        "type(self) == int ? self >= 0 : isQuantity(self) && !quantity(self).isLessThan(quantity('0'))")
                .put("message", "Write an amount of 0 or more such as 8, 500m or 2Gi.");
    }

    private static void limit(ObjectNode schema, String name, int value) {
        if (!schema.has(name) && !schema.has("enum") && !schema.has("format")) {
            schema.put(name, value);
        }
    }

    /** The generator parses a text such as 1e-8 as a number; a default is what the annotation says. */
    private static JsonNode asWritten(String value, Class<?> type) {
        return type == String.class || type.isEnum() ? JsonNodeFactory.instance.textNode(value) : Yaml.parse(value);
    }

    private static AnnotatedElement field(Class<?> record, RecordComponent component) {
        try {
            return record.getDeclaredField(component.getName());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }
}
