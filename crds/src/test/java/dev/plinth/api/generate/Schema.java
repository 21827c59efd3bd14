package dev.plinth.api.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One schema inside a definition.
 *
 * @param path kind and field names joined by dots, {@code []} for items of lists and {@code [*]} for values of maps
 * @param node what it says
 * @param required whether the object around it requires it
 */
public record Schema(String path, JsonNode node, boolean required) {

    /** The root schema of a definition, named by its kind. */
    public static Schema of(ObjectNode crd) {
        return new Schema(crd.at("/spec/names/kind").asText(), crd.at("/spec/versions/0/schema/openAPIV3Schema"), true);
    }

    /** This schema and all inside it: fields, items of lists and values of maps. */
    public Stream<Schema> all() {
        return Stream.concat(Stream.of(this), children().stream().flatMap(Schema::all));
    }

    /** The fields among {@link #all()}: what has a name. */
    public Stream<Schema> fields() {
        return all().filter(schema -> !schema.path.endsWith("]"));
    }

    public String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    public String text(String key) {
        return node.path(key).asText();
    }

    List<String> keys() {
        return node.properties().stream().map(Map.Entry::getKey).toList();
    }

    boolean is(String type) {
        return text("type").equals(type);
    }

    private List<Schema> children() {
        var children = new ArrayList<Schema>();
        var requires = new ArrayList<String>();
        node.path("required").forEach(name -> requires.add(name.asText()));
        for (var field : node.path("properties").properties()) {
            if (!field.getKey().equals("metadata")) { // described by Kubernetes itself
                children.add(
                        new Schema(path + "." + field.getKey(), field.getValue(), requires.contains(field.getKey())));
            }
        }
        if (node.has("items")) {
            children.add(new Schema(path + "[]", node.path("items"), true));
        }
        if (node.has("additionalProperties")) {
            children.add(new Schema(path + "[*]", node.path("additionalProperties"), true));
        }
        return children;
    }

    @Override
    public String toString() {
        return path;
    }
}
