package dev.plinth.api.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.plinth.api.v1alpha1.Bundled.Optimizer;
import dev.plinth.api.v1alpha1.MemberTemplate;
import dev.plinth.api.v1alpha1.ModelServiceSpec.Engine;
import dev.plinth.api.v1alpha1.RecoveryPolicy;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

/** What Java takes for absent is what the API server fills in. */
class DefaultsTest {
    private final KubernetesSerialization serialization = new KubernetesSerialization();

    @Test
    void the_defaults_in_java_are_those_of_the_schema() {
        assertThat(defaulted("/trainingjobs", "/spec/recovery", RecoveryPolicy.class))
                .isEqualTo(RecoveryPolicy.DEFAULT);
        assertThat(defaulted("/trainingjobs", "/spec/framework/bundled/optimizer", Optimizer.class))
                .isEqualTo(Optimizer.DEFAULT);
        assertThat(defaulted("/trainingjobs", "/spec/workers/template", MemberTemplate.class))
                .isEqualTo(MemberTemplate.EMPTY);
        assertThat(defaulted("/modelservices", "/spec/engine", Engine.class)).isEqualTo(Engine.DEFAULT);
    }

    private <T> T defaulted(String plural, String path, Class<T> type) {
        var crd = Crds.all().stream()
                .filter(c -> plural.equals("/" + c.at("/spec/names/plural").asText()))
                .findFirst()
                .orElseThrow();
        var schema = crd.at("/spec/versions/0/schema/openAPIV3Schema" + path.replace("/", "/properties/"));
        return serialization.convertValue(defaults(schema), type);
    }

    /** As the API server does: a default of the schema, then the defaults inside it. */
    private static JsonNode defaults(JsonNode schema) {
        var value = JsonNodeFactory.instance.objectNode();
        schema.path("properties").fields().forEachRemaining(property -> {
            var fallback = property.getValue().path("default");
            if (fallback.isObject()) {
                value.set(property.getKey(), defaults(property.getValue()));
            } else if (!fallback.isMissingNode()) {
                value.set(property.getKey(), fallback);
            }
        });
        return value;
    }
}
