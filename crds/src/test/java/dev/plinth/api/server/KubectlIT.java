package dev.plinth.api.server;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plinth.api.generate.Crds;
import dev.plinth.api.generate.Schema;
import dev.plinth.api.generate.Yaml;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person sees. */
@ExtendWith(ApiServer.Extension.class)
class KubectlIT {
    private static final List<String> KINDS =
            List.of("trainingjobs", "modelservices", "models", "gangs", "clustertopologies");

    static Stream<ObjectNode> crds() {
        return Crds.all().stream();
    }

    /** kubectl explain prints what the API server publishes as OpenAPI v3. */
    @ParameterizedTest
    @MethodSource("crds")
    void explain_has_words_for_every_field(ObjectNode crd, ApiServer server) {
        var kind = crd.at("/spec/names/kind").asText();
        var published = await("the API server publishes " + kind)
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> published(server, kind), schema -> !schema.node().isMissingNode());

        assertThat(published.fields().map(Schema::path))
                .containsAll(Schema.of(crd).fields().map(Schema::path).toList());
        assertThat(published.fields())
                .allSatisfy(field -> assertThat(field.text("description")).isNotBlank());
    }

    private static Schema published(ApiServer server, String kind) {
        var schemas = Yaml.read(server.client().raw("/openapi/v3/apis/plinth.dev/v1alpha1"))
                .at("/components/schemas");
        return new Schema(kind, schemas.path("dev.plinth.v1alpha1." + kind), true);
    }

    @Test
    void explain_shows_a_rule_of_thumb_with_unit_and_default(ApiServer server) {
        assertThat(server.kubectl("explain", "trainingjob.spec.recovery.silenceSeconds"))
                .contains("FIELD: silenceSeconds <integer>", "Seconds after which a member", "Default: 10.");
    }

    @Test
    void get_prints_columns_that_a_person_can_read(ApiServer server) throws IOException {
        var objects = server.client()
                .load(KubectlIT.class.getResourceAsStream("/columns/objects.yaml"))
                .items();
        for (HasMetadata object : objects) {
            server.client().resource(object).create();
            server.client().resource(object).patchStatus();
        }
        try {
            var printed = KINDS.stream()
                    .map(kind -> server.kubectl("get", kind))
                    .map(table -> table.replaceAll("(?m)\\d+s$", "<age>"))
                    .collect(joining("\n"));

            assertThat(printed).isEqualTo(Files.readString(ObjectFile.RESOURCES.resolve("columns/expected.txt")));
        } finally {
            objects.forEach(object -> server.client().resource(object).delete());
        }
    }

    @Test
    void short_names_and_the_category_find_our_kinds(ApiServer server) {
        assertThat(server.kubectl("api-resources", "--api-group=plinth.dev", "--no-headers")
                        .lines()
                        .map(line -> line.split("\\s+")[1]))
                .containsExactlyInAnyOrder("tj", "msvc", "mdl", "gg", "ctopo");
        assertThat(server.kubectl("api-resources", "--categories=plinth", "--no-headers", "-o", "name")
                        .lines())
                .hasSize(KINDS.size());
    }
}
