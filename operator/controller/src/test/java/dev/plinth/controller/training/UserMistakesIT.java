package dev.plinth.controller.training;

import static dev.plinth.controller.Workloads.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.controller.SimulatedCluster;
import dev.plinth.controller.WorkloadOperator;
import dev.plinth.controller.Workloads;
import dev.plinth.controller.kubernetes.Labels;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user or an administrator gets wrong is told in the conditions of the job, and heals when it is put right. */
@SuppressWarnings("NullAway") // Set before any test.
class UserMistakesIT {
    @RegisterExtension
    private static final SimulatedCluster CLUSTER = new SimulatedCluster();

    private static WorkloadOperator operator;

    private final Workloads user = new Workloads(CLUSTER.client(), CLUSTER.namespace());

    @BeforeAll
    static void start() {
        operator = new WorkloadOperator(CLUSTER::newClient);
    }

    @AfterAll
    static void stop() {
        operator.close();
    }

    @AfterEach
    void clear() {
        user.client().resources(TrainingJob.class).inNamespace(user.namespace()).delete();
    }

    @Test
    void an_image_that_cannot_be_pulled() {
        apply("image: example.com/none:1");
        eventually(() -> user.jobSays("mine", "Running").startsWith("True"));

        user.waits(pod(0), "ErrImagePull", "failed to resolve reference \"example.com/none:1\"");

        eventually(() -> user.jobSays("mine", "Running").equals("False ImagePullBackOff"));
        assertThat(user.jobMessage("mine", "Running"))
                .isEqualTo(
                        "member 0: failed to resolve reference \"example.com/none:1\"; correct the image in the template, or see to it that the node may pull it");

        user.runs(pod(0));
        eventually(() -> user.jobSays("mine", "Running").startsWith("True"));
    }

    @Test
    void a_container_that_crashes_at_once() {
        apply("image: example.com/crash:1");
        for (int incarnation = 0; incarnation < 3; incarnation++) {
            var name = "mine-0-" + incarnation;
            eventually(() -> runs(name));
            user.fail(name, 3, "Traceback (most recent call last):\nModuleNotFoundError: No module named 'torch'\n");
        }

        eventually(() -> user.jobSays("mine", "Failed").equals("True Failed"));
        assertThat(user.jobMessage("mine", "Failed"))
                .contains("crash loop: 3 times in a row", "exit code 3: ModuleNotFoundError: No module named 'torch'")
                .endsWith("see kubectl logs mine-0-2 --namespace " + user.namespace());
    }

    @Test
    void a_pod_that_its_node_rejects() {
        apply("image: example.com/fine:1");
        for (int incarnation = 0; incarnation < 3; incarnation++) {
            var name = "mine-0-" + incarnation;
            eventually(() -> runs(name));
            user.reject(name, "SysctlForbidden", "forbidden sysctl: \"kernel.msgmax\" not allowlisted");
        }

        eventually(() -> user.jobSays("mine", "Failed").equals("True Failed"));
        assertThat(user.jobMessage("mine", "Failed"))
                .contains("crash loop", "SysctlForbidden: forbidden sysctl: \"kernel.msgmax\" not allowlisted");
        assertThat(user.job("mine").reported().orElseThrow().restarts()).isEqualTo(2);
    }

    @Test
    void a_quota_that_leaves_no_room_for_pods() {
        user.quotaOfNone("pods");
        apply("image: example.com/fine:1");

        eventually(() -> user.jobSays("mine", "Placed").equals("False PodRefused"));
        assertThat(user.jobMessage("mine", "Placed")).contains("exceeded quota: none");

        user.client().resourceQuotas().inNamespace(user.namespace()).delete();
        eventually(() -> user.jobSays("mine", "Running").startsWith("True"));
    }

    @Test
    void a_quota_that_leaves_no_room_for_the_service_of_the_gang() {
        user.quotaOfNone("count/services");
        apply("image: example.com/fine:1");

        eventually(() -> user.jobSays("mine", "Placed").equals("False PodRefused"));
        assertThat(user.jobMessage("mine", "Placed")).contains("exceeded quota: none", "count/services");

        user.client().resourceQuotas().inNamespace(user.namespace()).delete();
        eventually(() -> user.jobSays("mine", "Running").startsWith("True"));
    }

    @Test
    void a_quota_that_leaves_no_room_for_a_gang() {
        user.quotaOfNone("count/gangs.plinth.dev");
        apply("image: example.com/fine:1");

        eventually(() -> user.jobSays("mine", "Placed").equals("False GangRefused"));
        assertThat(user.jobMessage("mine", "Placed")).contains("is forbidden", "quota: none", "goes on by itself");

        user.client().resourceQuotas().inNamespace(user.namespace()).delete();
        eventually(() -> user.jobSays("mine", "Running").startsWith("True"));
    }

    @Test
    void a_limit_range_that_the_pod_exceeds() {
        user.apply("""
                apiVersion: v1
                kind: LimitRange
                metadata: {name: small}
                spec: {limits: [{type: Container, max: {cpu: "1"}}]}
                """);
        apply("image: example.com/fine:1\nresources: {limits: {cpu: 2}}");

        eventually(() -> user.jobSays("mine", "Placed").equals("False PodRefused"));
        assertThat(user.jobMessage("mine", "Placed")).contains("maximum cpu usage per Container is 1");

        user.client().resources(LimitRange.class).inNamespace(user.namespace()).delete();
        eventually(() -> user.jobSays("mine", "Running").startsWith("True"));
    }

    @Test
    void our_pods_pass_the_restricted_pod_security_level() {
        user.client().namespaces().withName(user.namespace()).edit(namespace -> {
            namespace.getMetadata().getLabels().put("pod-security.kubernetes.io/enforce", "restricted");
            return namespace;
        });
        apply("image: example.com/fine:1");

        eventually(() -> user.jobSays("mine", "Running").startsWith("True"));
    }

    @Test
    void a_user_who_asks_for_root_in_a_restricted_namespace() {
        user.client().namespaces().withName(user.namespace()).edit(namespace -> {
            namespace.getMetadata().getLabels().put("pod-security.kubernetes.io/enforce", "restricted");
            return namespace;
        });
        apply("image: example.com/fine:1\nsecurityContext: {runAsUser: 0}");

        eventually(() -> user.jobSays("mine", "Placed").equals("False PodRefused"));
        assertThat(user.jobMessage("mine", "Placed")).contains("restricted", "runAsNonRoot");
    }

    @Test
    void a_node_selector_that_matches_no_node() {
        apply("image: example.com/fine:1\nnodeSelector: {disk: fast}");

        eventually(() -> user.jobSays("mine", "Placed").equals("False WaitingForRoom"));
        assertThat(user.jobMessage("mine", "Placed")).contains("lacks the label disk=fast");

        label("disk", "fast");
        try {
            eventually(() -> user.jobSays("mine", "Running").startsWith("True"));
        } finally {
            label("disk", null);
        }
    }

    @Test
    void a_topology_level_that_no_node_is_labelled_with() {
        apply("image: example.com/fine:1", "  topology: {required: moon}\n");

        eventually(() -> user.jobSays("mine", "Placed").equals("False WaitingForRoom"));
        assertThat(user.jobMessage("mine", "Placed")).contains("moon");
    }

    @Test
    void an_overlay_that_makes_the_pod_invalid() {
        apply("image: example.com/fine:1\noverlay: {dnsPolicy: Sometimes}");

        eventually(() -> user.jobSays("mine", "Placed").equals("False PodRefused"));
        assertThat(user.jobMessage("mine", "Placed")).contains("spec.dnsPolicy", "Sometimes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            overlay: {containers: [{name: member, env: [null]}]}                      | overlay has an empty item in the list env: remove it
            overlay: {tolerations: [null]}                                          | overlay has an empty item in the list tolerations: remove it
            overlay: {overhead: {cpu: much}}                                        | the amount of cpu is much: write it like 2, 500m or 4Gi
            overlay: {containers: [{name: side, resources: {limits: {cpu: -1}}}]}   | the amount of cpu is -1: write it like 2, 500m or 4Gi
            overlay: {containers: [{name: side, resources: {requests: {cpu: 1Q}}}]} | the amount of cpu is 1Q: write it like 2, 500m or 4Gi
            overlay: {securityContext: {runAsUser: root}}                           | overlay is not a part of a PodSpec
            """)
    void an_overlay_that_nobody_can_read(String overlay, String objection) {
        apply("image: example.com/fine:1\n" + overlay);

        eventually(() -> user.jobSays("mine", "Placed").equals("False PodRefused"));
        assertThat(user.jobMessage("mine", "Placed")).contains(objection);
    }

    @Test
    void an_overlay_with_a_field_that_no_pod_has() {
        apply("image: example.com/fine:1\noverlay: {fooBar: 1, containers: [{name: member, barFoo: 2}]}");

        eventually(() -> user.jobSays("mine", "Placed").equals("False PodRefused"));
        assertThat(user.jobMessage("mine", "Placed")).contains("unknown field", "spec.fooBar", "barFoo");
    }

    @Test
    void an_overlay_that_removes_what_is_not_there() {
        apply(
                "image: example.com/fine:1\n"
                        + "overlay: {nodeSelector: {disk: null}, securityContext: {seLinuxOptions: {level: null}}, containers: [{name: member, securityContext: {capabilities: {add: null}}}]}");

        eventually(() -> user.jobSays("mine", "Running").startsWith("True"));
    }

    @Test
    void a_volume_whose_claim_does_not_exist() {
        apply("image: example.com/fine:1\nvolumes: [{name: data, persistentVolumeClaim: {claimName: text}}]");

        eventually(() -> user.jobSays("mine", "Running").equals("False Unschedulable"));
        assertThat(user.jobMessage("mine", "Running")).contains("\"text\" not found");

        user.claim("text");
        eventually(() -> user.jobSays("mine", "Running").startsWith("True"));
    }

    @Test
    void a_volume_of_a_secret_that_does_not_exist() {
        apply("image: example.com/fine:1");
        eventually(() -> user.jobSays("mine", "Running").startsWith("True"));

        user.cannotMount(pod(0), "MountVolume.SetUp failed for volume \"data\" : secret \"token\" not found");

        eventually(() -> user.jobSays("mine", "Running").equals("False FailedMount"));
        assertThat(user.jobMessage("mine", "Running"))
                .isEqualTo("member 0: MountVolume.SetUp failed for volume \"data\" : secret \"token\" not found; "
                        + "put that right, and the pod starts by itself");

        user.runs(pod(0));
        eventually(() -> user.jobSays("mine", "Running").startsWith("True"));
    }

    @Test
    void a_priority_class_that_does_not_exist() {
        apply("image: example.com/fine:1\npriorityClassName: urgent");

        eventually(() -> user.jobSays("mine", "Placed").equals("False PodRefused"));
        assertThat(user.jobMessage("mine", "Placed")).contains("no PriorityClass with name urgent");
    }

    @Test
    void a_service_account_that_does_not_exist() {
        apply("image: example.com/fine:1\nserviceAccountName: trainer");

        eventually(() -> user.jobSays("mine", "Placed").equals("False PodRefused"));
        assertThat(user.jobMessage("mine", "Placed")).contains("trainer\" not found");

        user.apply("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: trainer}\n");
        eventually(() -> user.jobSays("mine", "Running").startsWith("True"));
    }

    @Test
    void a_namespace_that_is_deleted_under_a_waiting_job() {
        apply("image: example.com/fine:1\nnodeSelector: {disk: fast}");
        eventually(() -> user.jobSays("mine", "Placed").equals("False WaitingForRoom"));

        user.client().namespaces().withName(user.namespace()).delete();

        eventually(() -> user.find(TrainingJob.class, "mine").isEmpty());
    }

    private void apply(String template) {
        apply(template, "");
    }

    private void apply(String template, String more) {
        user.apply("""
                apiVersion: plinth.dev/v1alpha1
                kind: TrainingJob
                metadata: {name: mine}
                spec:
                  framework: {torch: {rendezvous: Elastic}}
                %s  workers:
                    count: 1
                    template:
                %s""".formatted(more, template.indent(6)));
    }

    private boolean runs(String pod) {
        return user.pods(Labels.JOB, "mine").stream()
                .anyMatch(found -> pod.equals(found.getMetadata().getName())
                        && "Running".equals(found.getStatus().getPhase()));
    }

    private String pod(int index) {
        return user.pods(Labels.JOB, "mine").get(index).getMetadata().getName();
    }

    private void label(String key, String value) {
        var name =
                user.client().nodes().list().getItems().getFirst().getMetadata().getName();
        user.client().nodes().withName(name).edit(node -> {
            var labels = new java.util.HashMap<>(Map.copyOf(node.getMetadata().getLabels()));
            labels.put(key, value);
            if (value == null) {
                labels.remove(key);
            }
            return new NodeBuilder(node)
                    .editMetadata()
                    .withLabels(labels)
                    .endMetadata()
                    .build();
        });
    }
}
