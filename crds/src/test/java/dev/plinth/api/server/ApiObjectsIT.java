package dev.plinth.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of objects in {@code src/test/resources/objects}, each given to a real API server. */
@ExtendWith(ApiServer.Extension.class)
class ApiObjectsIT {
    private static final String PACKAGE = "dev.plinth.api.v1alpha1.";

    static Stream<ObjectFile> good() {
        return ObjectFile.in("good");
    }

    static Stream<ObjectFile> bad() {
        return ObjectFile.in("bad");
    }

    static Stream<ObjectFile> goodChanges() {
        return ObjectFile.in("changes/good");
    }

    static Stream<ObjectFile> badChanges() {
        return ObjectFile.in("changes/bad");
    }

    @ParameterizedTest
    @MethodSource("good")
    void a_good_object_is_admitted_and_java_writes_what_it_reads(ObjectFile file, ApiServer server) throws Exception {
        var object = file.objects().getFirst();
        dryRun(server, object).create();
        var stored = resource(server, object).create();
        try {
            var kind = Class.forName(PACKAGE + stored.getKind()).asSubclass(HasMetadata.class);
            var serialization = server.client().getKubernetesSerialization();
            var typed = serialization.convertValue(stored, kind);

            var written = spec(server, typed);
            var read = spec(server, stored);
            assertThat(written.equals(ApiObjectsIT::compareScalars, read))
                    .as("%s is written as %s", read, written)
                    .isTrue();
        } finally {
            server.client().resource(stored).delete();
        }
    }

    @ParameterizedTest
    @MethodSource("bad")
    void a_bad_object_is_refused_with_the_message_beside_it(ObjectFile file, ApiServer server) {
        var object = file.objects().getFirst();

        assertThat(refusal(() -> dryRun(server, object).create())).isEqualTo(file.message());
        assertThat(refusal(() -> resource(server, object).create())).isEqualTo(file.message());
    }

    @ParameterizedTest
    @MethodSource("goodChanges")
    void a_good_change_is_admitted(ObjectFile file, ApiServer server) {
        var stored = resource(server, file.objects().getFirst()).create();
        try {
            var changed = resource(server, change(file, stored)).update();

            assertThat(changed.getMetadata().getGeneration())
                    .isGreaterThan(stored.getMetadata().getGeneration());
        } finally {
            server.client().resource(stored).delete();
        }
    }

    @ParameterizedTest
    @MethodSource("badChanges")
    void a_bad_change_is_refused_with_the_message_beside_it(ObjectFile file, ApiServer server) {
        var stored = resource(server, file.objects().getFirst()).create();
        try {
            assertThat(refusal(() -> resource(server, change(file, stored)).update()))
                    .isEqualTo(file.message());
        } finally {
            server.client().resource(stored).delete();
        }
    }

    /** As kubectl sends it: unknown fields are errors. */
    private static NonDeletingOperation<GenericKubernetesResource> resource(
            ApiServer server, GenericKubernetesResource object) {
        return server.client().resource(object).fieldValidation(Validation.STRICT);
    }

    private static NonDeletingOperation<GenericKubernetesResource> dryRun(
            ApiServer server, GenericKubernetesResource object) {
        return server.client().resource(object).dryRun().fieldValidation(Validation.STRICT);
    }

    private static GenericKubernetesResource change(ObjectFile file, GenericKubernetesResource stored) {
        var changed = file.objects().getLast();
        changed.getMetadata().setResourceVersion(stored.getMetadata().getResourceVersion());
        return changed;
    }

    private static JsonNode spec(ApiServer server, HasMetadata object) {
        return server.client()
                .getKubernetesSerialization()
                .convertValue(object, JsonNode.class)
                .path("spec");
    }

    /** A quantity may be read as 8 and written as "8". */
    private static int compareScalars(JsonNode first, JsonNode second) {
        return first.isValueNode() && second.isValueNode()
                ? first.asText().compareTo(second.asText())
                : first.equals(second) ? 0 : 1;
    }

    private static String refusal(Runnable request) {
        var refused = catchThrowableOfType(KubernetesClientException.class, request::run);
        assertThat(refused).as("the API server should refuse it").isNotNull();
        return refused.getStatus().getMessage();
    }
}
