package dev.plinth.controller.serving;

import static dev.plinth.controller.Workloads.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.ModelService;
import dev.plinth.api.v1alpha1.ModelServiceStatus;
import dev.plinth.controller.SimulatedCluster;
import dev.plinth.controller.WorkloadOperator;
import dev.plinth.controller.Workloads;
import dev.plinth.controller.kubernetes.Labels;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ModelServiceIT {

    @RegisterExtension
    private static final SimulatedCluster CLUSTER = new SimulatedCluster();

    private static final String SERVICE = """
            apiVersion: plinth.dev/v1alpha1
            kind: ModelService
            metadata: {name: chat}
            spec:
              model: {name: tiny-model}
              replicas: %d
              template: {resources: {limits: {cpu: "1"}}}
            """;
    private static final String MODEL = """
            apiVersion: plinth.dev/v1alpha1
            kind: Model
            metadata: {name: tiny-model}
            spec:
              source: {uri: "pvc://shared/tiny/step-%1$d-g1"}
              format: Safetensors
              digest: "sha256:%2$s"
            """;

    private final Workloads user = new Workloads(CLUSTER.client(), CLUSTER.namespace());
    private final WorkloadOperator operator = new WorkloadOperator(CLUSTER::newClient);

    @BeforeEach
    void claim() {
        user.claim("shared");
    }

    @AfterEach
    void close() {
        user.client()
                .resources(ModelService.class)
                .inNamespace(user.namespace())
                .delete();
        eventually(() -> user.gangs(Labels.SERVICE, "chat").isEmpty());
        operator.close();
    }

    @Test
    void what_the_api_server_refuses_of_a_service_is_told_in_its_words_and_tried_again() {
        user.quotaOfNone("count/services");
        user.apply(model(100));
        user.apply(SERVICE.formatted(1));
        eventually(() -> user.serviceSays("chat", "Ready").equals("False ServiceRefused"));

        user.client().resourceQuotas().inNamespace(user.namespace()).delete();
        eventually(() -> user.serviceSays("chat", "Ready").equals("True ReplicasReady"));
    }

    @Test
    void a_service_waits_for_its_model_and_then_comes_up_by_itself() {
        user.apply(SERVICE.formatted(1));
        eventually(() -> user.serviceSays("chat", "Ready").equals("False ModelNotFound"));
        assertThat(user.pods(Labels.SERVICE, "chat")).isEmpty();

        user.apply(model(100));
        eventually(() -> user.serviceSays("chat", "Ready").equals("True ReplicasReady"));
        var container = user.pods(Labels.SERVICE, "chat")
                .getFirst()
                .getSpec()
                .getContainers()
                .getFirst();
        assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/ready");
        assertThat(container.getEnv())
                .anyMatch(variable -> "PLINTH_MODEL_PATH".equals(variable.getName())
                        && "/plinth/model/tiny/step-100-g1".equals(variable.getValue()));
        assertThat(container.getVolumeMounts())
                .anyMatch(mount -> "/plinth/model".equals(mount.getMountPath()) && mount.getReadOnly());
        eventually(() -> status().readyReplicas() == 1
                && "http://chat.%s.svc".formatted(user.namespace()).equals(status().url()));
        var endpoints = user.client().discovery().v1().endpointSlices().inNamespace(user.namespace());
        eventually(() -> endpoints.withLabel("kubernetes.io/service-name", "chat").list().getItems().stream()
                .anyMatch(slice -> slice.getEndpoints().size() == 1));
    }

    @Test
    void adapters_speculation_and_tracing_reach_the_pod() {
        user.apply(model(100));
        user.apply("""
                apiVersion: plinth.dev/v1alpha1
                kind: ModelService
                metadata: {name: chat}
                spec:
                  model: {name: tiny-model}
                  engine: {speculation: None}
                  adapters: {claim: shared, path: adapters/legal, inMemory: 4, changes: Anyone}
                  tracing: {endpoint: "http://collector.monitoring.svc:4318", sampled: "0.1"}
                  template: {resources: {limits: {cpu: "1"}}}
                """);
        eventually(() -> status().readyReplicas() == 1);

        var container = user.pods(Labels.SERVICE, "chat")
                .getFirst()
                .getSpec()
                .getContainers()
                .getFirst();
        assertThat(container.getVolumeMounts())
                .anyMatch(mount -> "/plinth/adapters".equals(mount.getMountPath())
                        && "adapters/legal".equals(mount.getSubPath())
                        && !Boolean.TRUE.equals(mount.getReadOnly()));
        assertThat(container.getEnv())
                .contains(
                        new EnvVar("PLINTH_SPECULATION", "None", null),
                        new EnvVar("PLINTH_ADAPTERS_PATH", "/plinth/adapters", null),
                        new EnvVar("PLINTH_ADAPTERS_IN_MEMORY", "4", null),
                        new EnvVar("PLINTH_ADAPTER_CHANGES", "Anyone", null),
                        new EnvVar("OTEL_SERVICE_NAME", "chat", null),
                        new EnvVar("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.monitoring.svc:4318", null),
                        new EnvVar("OTEL_TRACES_SAMPLER_ARG", "0.1", null));
    }

    @Test
    void the_scale_subresource_sets_the_number_of_replicas() {
        user.apply(model(100));
        user.apply(SERVICE.formatted(1));
        eventually(() -> status().readyReplicas() == 1);

        services().withName("chat").scale(3);
        eventually(() -> status().readyReplicas() == 3 && status().replicas() == 3);

        services().withName("chat").scale(1);
        eventually(() -> user.pods(Labels.SERVICE, "chat").size() == 1 && status().replicas() == 1);
    }

    @Test
    void replicas_go_to_nodes_of_their_own_while_there_are_such() {
        user.apply(model(100));
        user.apply(SERVICE.formatted(3));
        eventually(() -> status().readyReplicas() == 3);

        assertThat(user.pods(Labels.SERVICE, "chat"))
                .extracting(pod -> pod.getSpec().getNodeName())
                .doesNotHaveDuplicates();
    }

    @Test
    void a_newer_revision_too_goes_to_nodes_of_their_own_though_older_replicas_are_on_all_of_them() {
        var closed = CLUSTER.client().nodes().list().getItems().stream()
                .map(node -> node.getMetadata().getName())
                .skip(3)
                .toList();
        closed.forEach(node -> CLUSTER.cordon(node, true));
        try {
            user.apply(model(100));
            user.apply(SERVICE.formatted(3));
            eventually(() -> status().readyReplicas() == 3);
            var before = user.gangs(Labels.SERVICE, "chat").stream()
                    .map(gang -> gang.getMetadata().getName())
                    .toList();

            user.apply(model(200));
            eventually(() -> user.gangs(Labels.SERVICE, "chat").stream()
                    .noneMatch(gang -> before.contains(gang.getMetadata().getName())));
            eventually(() -> user.pods(Labels.SERVICE, "chat").size() == 3);

            assertThat(user.pods(Labels.SERVICE, "chat"))
                    .extracting(pod -> pod.getSpec().getNodeName())
                    .doesNotHaveDuplicates();
        } finally {
            closed.forEach(node -> CLUSTER.cordon(node, false));
        }
    }

    @Test
    void a_newer_model_of_the_name_is_rolled_out_without_a_gap() {
        user.apply(model(100));
        user.apply(SERVICE.formatted(2));
        eventually(() -> status().readyReplicas() == 2);
        var before = user.gangs(Labels.SERVICE, "chat").stream()
                .map(gang -> gang.getMetadata().getName())
                .toList();
        var fewest = new AtomicInteger(Integer.MAX_VALUE);
        try (var watch = user.client()
                .resources(ModelService.class)
                .inNamespace(user.namespace())
                .inform(new Fewest(fewest))) {
            user.apply(model(200));
            eventually(() -> user.gangs(Labels.SERVICE, "chat").stream()
                    .noneMatch(gang -> before.contains(gang.getMetadata().getName())));
            eventually(() -> user.serviceSays("chat", "Progressing").equals("False UpToDate"));
        }
        assertThat(fewest.get()).isGreaterThanOrEqualTo(2);
        assertThat(status().model())
                .isNotNull()
                .satisfies(model -> assertThat(model.digest()).endsWith("200"));
        assertThat(user.pods(Labels.SERVICE, "chat")).hasSize(2);
    }

    @Test
    void a_model_that_is_not_ready_is_waited_for_while_old_replicas_go_on() {
        user.apply(model(100));
        user.apply(SERVICE.formatted(1));
        eventually(() -> status().readyReplicas() == 1);

        user.apply(model(200).replace("pvc://shared", "pvc://nowhere"));
        eventually(() -> user.modelSays("tiny-model").equals("False ClaimNotFound"));
        eventually(() -> user.serviceSays("chat", "Progressing").equals("False ModelNotReady"));
        assertThat(user.serviceSays("chat", "Ready")).isEqualTo("True ReplicasReady");
    }

    @Test
    void a_service_of_somebody_else_keeps_its_name() {
        user.apply("""
                apiVersion: v1
                kind: Service
                metadata: {name: chat}
                spec: {ports: [{port: 1234}], selector: {app: other}}
                """);
        user.apply(model(100));
        user.apply(SERVICE.formatted(1));

        eventually(() -> user.serviceSays("chat", "Ready").equals("False ServiceNameTaken"));
        assertThat(user.find(Service.class, "chat").orElseThrow().getSpec().getSelector())
                .containsEntry("app", "other");
    }

    @Test
    void a_deleted_service_takes_its_gangs_along() {
        user.apply(model(100));
        user.apply(SERVICE.formatted(1));
        eventually(() -> status().readyReplicas() == 1);

        services().delete();
        eventually(() -> user.client()
                        .resources(Gang.class)
                        .inNamespace(user.namespace())
                        .list()
                        .getItems()
                        .isEmpty()
                && user.find(Service.class, "chat").isEmpty());
        assertThat(user.find(Model.class, "tiny-model")).isPresent();
    }

    private static String model(int step) {
        return MODEL.formatted(step, "0".repeat(61) + step);
    }

    private NonNamespaceOperation<ModelService, KubernetesResourceList<ModelService>, Resource<ModelService>>
            services() {
        return user.client().resources(ModelService.class).inNamespace(user.namespace());
    }

    private ModelServiceStatus status() {
        return user.service("chat").reported().orElseThrow();
    }
}
