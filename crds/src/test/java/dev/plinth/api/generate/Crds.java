package dev.plinth.api.generate;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.ModelService;
import dev.plinth.api.v1alpha1.PlinthResource;
import dev.plinth.api.v1alpha1.TrainingJob;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumns;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CustomResourceInfo;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The custom resource definitions of all kinds: Fabric8's generator, then {@link SchemaRefiner}. */
public final class Crds {
    private static final List<Class<? extends PlinthResource<?, ?>>> KINDS =
            List.of(TrainingJob.class, ModelService.class, Model.class, Gang.class, ClusterTopology.class);

    private static final List<String> KEYS = List.of(
            "description",
            "type",
            "format",
            "enum",
            "default",
            "pattern",
            "minimum",
            "maximum",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "maxProperties",
            "required",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-list-type",
            "x-kubernetes-list-map-keys",
            "x-kubernetes-validations",
            "properties",
            "additionalProperties",
            "items");

    private Crds() {}

    /** One definition for each kind, in the order in which a user meets them. */
    public static List<ObjectNode> all() {
        return KINDS.stream().map(Crds::definition).toList();
    }

    private static ObjectNode definition(Class<? extends PlinthResource<?, ?>> kind) {
        var crd = generated(kind);
        var version = (ObjectNode) crd.at("/spec/versions/0");
        var schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
        var info = CustomResourceInfo.fromClass(kind);

        crd.remove("status");
        sortColumns(version, kind);
        schema.put("description", kind.getAnnotation(JsonClassDescription.class).value());
        schema.putArray("required").add("spec");
        nameTheName(schema);
        refinePart(schema, "spec", info.specClassName().orElseThrow());
        refinePart(schema, "status", info.statusClassName().orElseThrow());
        tidy(crd);
        return crd;
    }

    private static ObjectNode generated(Class<? extends PlinthResource<?, ?>> kind) {
        var output = new ByteArrayOutputStream();
        new CRDGenerator()
                .customResourceClasses(kind)
                .forCRDVersions("v1")
                .withOutput(new InMemory(output))
                .generate();
        return Yaml.read(output.toString(StandardCharsets.UTF_8));
    }

    /** Lets a rule about the name say that it is about the name. */
    private static void nameTheName(ObjectNode schema) {
        var properties = (ObjectNode) schema.required("properties");
        properties
                .putObject("metadata")
                .put("type", "object")
                .putObject("properties")
                .putObject("name")
                .put("type", "string");
    }

    private static void refinePart(ObjectNode schema, String part, String className) {
        try {
            SchemaRefiner.refineRecord((ObjectNode) schema.at("/properties/" + part), Class.forName(className));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Columns in the order of the annotations; the generator has an order of its own. */
    private static void sortColumns(ObjectNode version, Class<?> kind) {
        var order = Arrays.stream(
                        kind.getAnnotation(AdditionalPrinterColumns.class).value())
                .map(column -> column.name())
                .toList();
        var columns = new ArrayList<JsonNode>();
        version.path("additionalPrinterColumns").forEach(columns::add);
        columns.sort(Comparator.comparingInt(
                column -> order.indexOf(column.path("name").asText())));
        columns.forEach(column -> ((ObjectNode) column).remove("priority"));
        version.putArray("additionalPrinterColumns").addAll(columns);
    }

    /** The keys of each schema in the order in which a person reads them; {@code minimum: 1.0} becomes 1. */
    private static void tidy(JsonNode node) {
        if (node instanceof ObjectNode object) {
            if (object.path("type").isTextual() || object.has("x-kubernetes-int-or-string")) {
                KEYS.stream().filter(object::has).forEach(key -> object.set(key, object.remove(key)));
            }
            object.fields().forEachRemaining(field -> {
                if (field.getValue() instanceof DoubleNode number && number.doubleValue() == number.longValue()) {
                    field.setValue(LongNode.valueOf(number.longValue()));
                }
            });
        }
        node.forEach(Crds::tidy);
    }

    private record InMemory(ByteArrayOutputStream stream) implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
        @Override
        public ByteArrayOutputStream outputFor(String crdName) {
            return stream;
        }

        @Override
        public void close() {}
    }
}
