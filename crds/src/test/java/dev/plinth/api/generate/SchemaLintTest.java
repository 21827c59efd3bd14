package dev.plinth.api.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Kubernetes API conventions, in the manner of kube-api-linter, over every schema. */
class SchemaLintTest {
    private static final Pattern COUNTED =
            Pattern.compile("(?i)number|steps?|seconds|bytes|tokens|sequences|index|width"
                    + "|times|id of|id that|members|workers|replicas|requests|nodes|threads|generation|seed|formation");
    private static final String ADVICE =
            "(Add|Choose|Give|Lower|Mount|Name|Remove|Rename|Set|Write|With|The .* cannot) ?.*[.]";

    private final List<ObjectNode> crds = Crds.all();
    private final List<Schema> schemas =
            crds.stream().flatMap(crd -> Schema.of(crd).all()).toList();
    private final List<Schema> fields =
            crds.stream().flatMap(crd -> Schema.of(crd).fields()).toList();

    @Test
    void every_field_is_described_in_whole_sentences() {
        assertThat(fields)
                .hasSizeGreaterThan(200)
                .allSatisfy(field -> assertThat(field.text("description")).matches("[A-Za-z].{3,400}[.]"));
    }

    @Test
    void a_default_is_said_in_the_description() {
        assertThat(fields)
                .filteredOn(field -> field.node().path("default").isValueNode()
                        && !field.node().path("default").isMissingNode())
                .isNotEmpty()
                .allSatisfy(field ->
                        assertThat(field.text("description")).endsWith("Default: " + field.text("default") + "."));
    }

    @Test
    void the_bounds_of_a_number_in_a_spec_are_said_in_its_description() {
        assertThat(fields)
                .filteredOn(
                        field -> field.path().contains(".spec.") && field.node().has("minimum"))
                .isNotEmpty()
                .allSatisfy(field -> assertThat(field.text("description"))
                        .contains(
                                field.node().has("maximum")
                                        ? " From %s to %s.".formatted(field.text("minimum"), field.text("maximum"))
                                        : " %s or more.".formatted(field.text("minimum"))));
    }

    @Test
    void an_optional_field_of_a_spec_says_what_its_absence_means() {
        assertThat(fields)
                .filteredOn(field -> field.path().contains(".spec.") && !field.required())
                .isNotEmpty()
                .allSatisfy(field -> assertThat(field.text("description")).containsPattern("Default: |Refused"));
    }

    @Test
    void a_name_with_a_unit_has_the_unit_in_its_description() {
        for (String unit : List.of("Seconds", "Bytes", "Steps")) {
            assertThat(fields)
                    .filteredOn(field -> field.name().endsWith(unit))
                    .isNotEmpty()
                    .allSatisfy(field -> assertThat(field.text("description")).containsIgnoringCase(unit));
        }
    }

    @Test
    void a_whole_number_says_what_it_counts() {
        assertThat(fields)
                .filteredOn(field -> field.is("integer"))
                .isNotEmpty()
                .allSatisfy(field -> assertThat(field.text("description")).containsPattern(COUNTED));
    }

    @Test
    void names_are_camel_case() {
        assertThat(fields)
                .filteredOn(field -> field.path().contains("."))
                .allSatisfy(field -> assertThat(field.name()).matches("[a-z][a-zA-Z0-9]*"));
    }

    @Test
    void no_number_is_a_float_and_every_whole_number_has_a_format() {
        assertThat(schemas).noneMatch(schema -> schema.is("number"));
        assertThat(schemas)
                .filteredOn(schema -> schema.is("integer"))
                .allSatisfy(schema -> assertThat(schema.text("format")).isIn("int32", "int64"));
    }

    @Test
    void everything_that_can_grow_has_a_limit() {
        assertThat(schemas).allSatisfy(schema -> {
            if (schema.is("array")) {
                assertThat(schema.keys()).contains("maxItems");
            }
            if (schema.keys().contains("additionalProperties")) {
                assertThat(schema.keys()).contains("maxProperties");
            }
            if (schema.is("string")) {
                assertThat(schema.keys()).containsAnyOf("maxLength", "enum", "format");
            }
        });
    }

    @Test
    void every_list_has_a_type_and_the_keys_of_a_map_are_required() {
        assertThat(schemas).filteredOn(schema -> schema.is("array")).allSatisfy(schema -> {
            assertThat(schema.text("x-kubernetes-list-type")).isIn("atomic", "set", "map");
            assertThat(schema.node().at("/items/required"))
                    .containsAll(schema.node().path("x-kubernetes-list-map-keys"));
        });
    }

    @Test
    void values_of_an_enum_are_camel_case() {
        assertThat(schemas)
                .allSatisfy(schema -> assertThat(schema.node().path("enum"))
                        .allSatisfy(value -> assertThat(value.asText()).matches("[A-Z][a-zA-Z0-9]*")));
    }

    @Test
    void every_rule_has_a_message_that_begins_with_what_to_do_or_what_cannot_be() {
        assertThat(schemas)
                .allSatisfy(schema -> assertThat(schema.node().path("x-kubernetes-validations"))
                        .allSatisfy(rule ->
                                assertThat(rule.path("message").asText()).matches(ADVICE)));
    }

    @Test
    void conditions_are_a_map_by_type() {
        assertThat(schemas)
                .filteredOn(schema -> schema.name().equals("conditions"))
                .hasSameSizeAs(crds)
                .allSatisfy(schema -> assertThat(schema.node()
                                .at("/x-kubernetes-list-map-keys/0")
                                .asText())
                        .isEqualTo("type"));
    }

    @Test
    void a_definition_is_at_most_100_KiB() {
        assertThat(crds)
                .allSatisfy(crd -> assertThat(Yaml.write(crd).getBytes(StandardCharsets.UTF_8))
                        .hasSizeLessThanOrEqualTo(100 * 1024));
    }

    @Test
    void at_most_seven_columns_and_the_age_comes_last() {
        assertThat(crds)
                .allSatisfy(crd -> assertThat(crd.at("/spec/versions/0/additionalPrinterColumns")
                                .findValuesAsText("name"))
                        .hasSizeBetween(2, 7)
                        .last()
                        .isEqualTo("Age"));
    }

    @Test
    void a_spec_is_required_the_status_is_a_subresource_and_the_category_is_ours() {
        assertThat(crds).allSatisfy(crd -> {
            assertThat(crd.at("/spec/versions/0/schema/openAPIV3Schema/required"))
                    .hasToString("[\"spec\"]");
            assertThat(crd.at("/spec/versions/0/subresources").has("status")).isTrue();
            assertThat(crd.at("/spec/names/categories")).hasToString("[\"plinth\"]");
        });
    }
}
