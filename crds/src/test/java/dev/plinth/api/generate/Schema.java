package dev.plinth.api.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One schema inside a definition: where it is, what it says, and whether the object around it requires it. */
record Schema(String path, JsonNode node, boolean required) {

    /** The root schema of a definition, named by its kind. */
    static Schema of(ObjectNode crd) {
        return new Schema(crd.at("/spec/names/kind").asText(), crd.at("/spec/versions/0/schema/openAPIV3Schema"), true);
    }

    /** This schema and all inside it: fields, items of lists and values of maps. */
    Stream<Schema> all() {
        return Stream.concat(Stream.of(this), children().stream().flatMap(Schema::all));
    }

    /** The fields among {@link #all()}: what has a name. */
    Stream<Schema> fields() {
        return all().filter(schema -> !schema.path.endsWith("]"));
    }

    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    String text(String key) {
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
        node.path("properties")
                .fields()
                .forEachRemaining(field -> children.add(
                        new Schema(path + "." + field.getKey(), field.getValue(), requires.contains(field.getKey()))));
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
