package dev.plinth.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plinth.api.generate.Crds;
import dev.plinth.api.generate.Yaml;
import dev.plinth.api.v1alpha1.EnvVar;
import dev.plinth.api.v1alpha1.MemberTemplate;
import dev.plinth.api.v1alpha1.ModelService;
import dev.plinth.api.v1alpha1.ModelServiceSpec.Engine;
import dev.plinth.api.v1alpha1.ModelServiceStatus;
import dev.plinth.api.v1alpha1.RecoveryPolicy;
import dev.plinth.api.v1alpha1.TrainingJob;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the API server makes of our definitions, beside admitting and refusing objects. */
@ExtendWith(ApiServer.Extension.class)
class ApiBehaviourIT {
    private static final String NAME = "behaving";
    private static final String SERVICE = """
            apiVersion: plinth.dev/v1alpha1
            kind: ModelService
            metadata: {name: behaving, namespace: default}
            spec:
              model: {name: tiny}
            """;
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final ApiServer server;

    ApiBehaviourIT(ApiServer server) {
        this.server = server;
    }

    @AfterEach
    void deleteWhatWasMade() {
        service().delete();
        job().delete();
    }

    @Test
    void what_is_left_out_gets_its_default() {
        create(SERVICE);
        create("""
                apiVersion: plinth.dev/v1alpha1
                kind: TrainingJob
                metadata: {name: behaving, namespace: default}
                spec:
                  framework: {torch: {}}
                  workers: {count: 1, template: {image: "example.com/train:1"}}
                """);

        var spec = service().get().getSpec();
        assertThat(spec.replicas()).isEqualTo(1);
        assertThat(spec.engine()).isEqualTo(Engine.DEFAULT);
        assertThat(spec.template()).isEqualTo(MemberTemplate.EMPTY);
        assertThat(job().get().getSpec().recovery()).isEqualTo(RecoveryPolicy.DEFAULT);
        assertThat(job().get().getSpec().workers().processesPerWorker()).isEqualTo(1);
    }

    @Test
    void a_service_is_scaled_through_the_scale_subresource() {
        create(SERVICE);
        service().editStatus(service -> {
            service.setStatus(server.client()
                    .getKubernetesSerialization()
                    .unmarshal(
                            "{\"replicas\": 1, \"readyReplicas\": 1, \"selector\": \"plinth.dev/service=behaving\"}",
                            ModelServiceStatus.class));
            return service;
        });

        server.kubectl("scale", "modelservice", NAME, "--replicas=3", "-n", "default");

        var scale = service().scale();
        assertThat(service().get().getSpec().replicas()).isEqualTo(3);
        assertThat(scale.getStatus().getReplicas()).isEqualTo(1);
        assertThat(scale.getStatus().getSelector()).isEqualTo("plinth.dev/service=behaving");
    }

    @Test
    void spec_and_status_are_written_apart() {
        create(SERVICE + "status: {replicas: 7}\n");
        assertThat(service().get().reported()).isEmpty();

        service().subresource("status").patch(MERGE, "{\"spec\":{\"replicas\":9},\"status\":{\"replicas\":7}}");

        assertThat(service().get().getSpec().replicas()).isEqualTo(1);
        assertThat(service().get().reported().orElseThrow().replicas()).isEqualTo(7);
    }

    @Test
    void two_writers_each_own_their_variables() {
        applyEnv("first", "A", "1");
        applyEnv("second", "B", "2");
        assertThat(service().get().getSpec().template().env())
                .containsExactlyInAnyOrder(EnvVar.of("A", "1"), EnvVar.of("B", "2"));

        assertThatThrownBy(() -> applyEnv("second", "A", "3"))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("conflict with \"first\"");
    }

    @Test
    void two_writers_each_own_their_conditions() {
        create(SERVICE);
        applyCondition("first", "Ready");
        applyCondition("second", "Progressing");

        assertThat(service().get().reported().orElseThrow().conditions())
                .extracting(condition -> condition.getType())
                .containsExactlyInAnyOrder("Ready", "Progressing");
    }

    /** KEP-4008: a rule may be added later without locking up what is already stored. */
    @Test
    void an_object_stored_before_a_rule_can_still_be_changed_elsewhere() {
        var definition = Crds.all().stream()
                .filter(crd -> crd.at("/spec/names/kind").asText().equals("ModelService"))
                .findFirst()
                .orElseThrow();
        var bad = SERVICE + "  template: {env: [{name: PLINTH_PORT, value: \"80\"}]}\n";
        try {
            server.serve(parse(withoutRules(definition.deepCopy())));
            await("the rules are gone")
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> {
                        create(bad);
                        return true;
                    });
        } finally {
            server.serve(parse(definition));
        }
        await("the rules are back").atMost(Duration.ofSeconds(30)).until(() -> !admits(bad));

        service().patch(MERGE, "{\"spec\":{\"replicas\":2}}");

        assertThat(service().get().getSpec().replicas()).isEqualTo(2);
        assertThatThrownBy(() -> service().patch(MERGE, "{\"spec\":{\"template\":{\"args\":[\"--verbose\"]}}}"))
                .hasMessageContaining("Remove or rename the variables that Plinth sets itself");
    }

    private boolean admits(String yaml) {
        try {
            var service = server.client().getKubernetesSerialization().unmarshal(yaml, ModelService.class);
            service.getMetadata().setName("probe");
            server.client().resource(service).dryRun().create();
            return true;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private static ObjectNode withoutRules(ObjectNode crd) {
        crd.findParents("x-kubernetes-validations")
                .forEach(schema -> ((ObjectNode) schema).remove("x-kubernetes-validations"));
        return crd;
    }

    private CustomResourceDefinition parse(ObjectNode crd) {
        return server.client().getKubernetesSerialization().unmarshal(Yaml.write(crd), CustomResourceDefinition.class);
    }

    private void applyEnv(String manager, String name, String value) {
        apply(manager, SERVICE + "  template: {env: [{name: %s, value: \"%s\"}]}\n".formatted(name, value));
    }

    private void applyCondition(String manager, String type) {
        var yaml = """
                apiVersion: plinth.dev/v1alpha1
                kind: ModelService
                metadata: {name: behaving, namespace: default}
                status:
                  conditions:
                    - {type: %s, status: "True", reason: Test, message: "", lastTransitionTime: "2026-01-01T00:00:00Z"}
                """.formatted(type);
        service().subresource("status").patch(serverSideApply(manager), yaml);
    }

    private void apply(String manager, String yaml) {
        server.client().resource(yaml).fieldManager(manager).serverSideApply();
    }

    private static PatchContext serverSideApply(String manager) {
        return new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager)
                .build();
    }

    private void create(String yaml) {
        server.client().resource(yaml).create();
    }

    private Resource<ModelService> service() {
        return server.client()
                .resources(ModelService.class)
                .inNamespace("default")
                .withName(NAME);
    }

    private Resource<TrainingJob> job() {
        return server.client()
                .resources(TrainingJob.class)
                .inNamespace("default")
                .withName(NAME);
    }
}
