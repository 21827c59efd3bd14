package dev.plinth.controller.training;

import static dev.plinth.controller.Workloads.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.controller.SimulatedCluster;
import dev.plinth.controller.WorkloadOperator;
import dev.plinth.controller.Workloads;
import dev.plinth.controller.kubernetes.Labels;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TrainingJobIT {

    @RegisterExtension
    private static final SimulatedCluster CLUSTER = new SimulatedCluster();

    private static final String JOB = """
            apiVersion: plinth.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: tiny}
            spec:
              framework:
                bundled:
                  model: {layers: 2, hiddenSize: 64, heads: 4, kvHeads: 2, intermediateSize: 128, sequenceLength: 32}
                  data: {path: /data/text.txt}
                  steps: 600
                  batchSize: 8
              workers:
                count: 2
                template: {resources: {limits: {nvidia.com/gpu: 8}}}
              checkpoint: {claim: shared}
              output: {model: tiny-model}
            """;
    private static final String LAST_WORDS = """
            {"checkpoint":{"step":600,"generation":1,"path":"step-600-g1","bytes":77,"digest":"sha256:%s","final":true}}
            """.formatted("ab".repeat(32));

    private final Workloads user = new Workloads(CLUSTER.client(), CLUSTER.namespace());
    private WorkloadOperator operator = new WorkloadOperator(CLUSTER::newClient);

    @BeforeEach
    void claim() {
        user.claim("shared");
    }

    @AfterEach
    void close() {
        user.client().resources(TrainingJob.class).inNamespace(user.namespace()).delete();
        eventually(() -> user.pods(Labels.JOB, "tiny").isEmpty());
        operator.close();
    }

    @Test
    void a_job_runs_on_its_gang_and_publishes_its_model() {
        user.apply(JOB);
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));
        assertThat(user.jobSays("tiny", "Placed")).startsWith("True");
        assertThat(user.jobSays("tiny", "Published")).isEqualTo("False InProgress");
        assertThat(user.pods(Labels.JOB, "tiny")).hasSize(2);

        user.pods(Labels.JOB, "tiny").forEach(pod -> user.succeed(pod, LAST_WORDS));
        eventually(() -> user.jobSays("tiny", "Published").equals("True ModelPublished"));
        assertThat(user.jobSays("tiny", "Complete")).isEqualTo("True Trained");
        eventually(() -> user.modelSays("tiny-model").equals("True Available"));
        var model = user.find(Model.class, "tiny-model").orElseThrow();
        assertThat(model.getSpec().source().uri())
                .isEqualTo("pvc://shared/tiny/" + user.job("tiny").getMetadata().getUid() + "/step-600-g1");
        assertThat(model.getSpec().digest()).isEqualTo("sha256:" + "ab".repeat(32));
        eventually(() -> user.told("tiny", "Trained") && user.told("tiny", "ModelPublished"));
    }

    @Test
    void what_ends_while_no_operator_runs_is_published_by_the_next() {
        user.apply(JOB);
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));

        operator.close();
        user.pods(Labels.JOB, "tiny").forEach(pod -> user.succeed(pod, LAST_WORDS));
        operator = new WorkloadOperator(CLUSTER::newClient);

        eventually(() -> user.jobSays("tiny", "Published").equals("True ModelPublished"));
    }

    @Test
    void a_job_waits_for_its_claim_and_then_starts_by_itself() {
        user.apply(JOB.replace("shared", "later"));
        eventually(() -> user.jobSays("tiny", "Placed").equals("False ClaimNotFound"));
        eventually(() -> user.told("tiny", "ClaimNotFound"));
        assertThat(user.find(Gang.class, "tiny")).isEmpty();

        user.claim("later");
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));
    }

    @Test
    void a_model_that_a_user_made_is_not_replaced_until_the_user_removes_it() {
        user.apply("""
                apiVersion: plinth.dev/v1alpha1
                kind: Model
                metadata: {name: tiny-model}
                spec: {source: {uri: "pvc://shared/mine"}, format: Safetensors}
                """);
        user.apply(JOB);
        eventually(() -> user.jobSays("tiny", "Published").equals("False ModelNameTaken"));
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));
        user.pods(Labels.JOB, "tiny").forEach(pod -> user.succeed(pod, LAST_WORDS));
        eventually(() -> user.jobSays("tiny", "Complete").equals("True Trained"));
        assertThat(user.find(Model.class, "tiny-model")
                        .orElseThrow()
                        .getSpec()
                        .source()
                        .uri())
                .isEqualTo("pvc://shared/mine");

        user.client()
                .resources(Model.class)
                .inNamespace(user.namespace())
                .withName("tiny-model")
                .delete();
        eventually(() -> user.jobSays("tiny", "Published").equals("True ModelPublished"));
    }

    @Test
    void a_model_of_another_job_makes_way_when_that_job_is_deleted_before_it() {
        user.apply(JOB);
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));
        user.pods(Labels.JOB, "tiny").forEach(pod -> user.succeed(pod, LAST_WORDS));
        eventually(() -> user.jobSays("tiny", "Published").equals("True ModelPublished"));
        user.apply(JOB.replace("{name: tiny}", "{name: other}"));
        eventually(() -> user.jobSays("other", "Published").equals("False ModelNameTaken"));
        eventually(() -> user.jobSays("other", "Running").startsWith("True"));
        user.pods(Labels.JOB, "other").forEach(pod -> user.succeed(pod, LAST_WORDS));
        eventually(() -> user.jobSays("other", "Complete").equals("True Trained"));
        assertThat(user.jobMessage("other", "Published"))
                .endsWith("belongs to TrainingJob tiny, which publishes it again if only the Model is deleted; "
                        + "set another name in spec.output.model, or delete that job and then the Model.");

        user.client()
                .resource(user.find(Model.class, "tiny-model").orElseThrow())
                .delete();
        eventually(() -> uri("tiny-model").startsWith("pvc://shared/tiny/"));

        user.client().resource(user.job("tiny")).delete();
        eventually(() -> user.find(TrainingJob.class, "tiny").isEmpty());
        user.client()
                .resource(user.find(Model.class, "tiny-model").orElseThrow())
                .delete();
        eventually(() -> uri("tiny-model").startsWith("pvc://shared/other/"));
        eventually(() -> user.jobSays("other", "Published").equals("True ModelPublished"));
    }

    @Test
    void a_model_that_the_api_server_refuses_is_told_beside_a_complete_job_and_published_later() {
        user.quotaOfNone("count/models.plinth.dev");
        user.apply(JOB);
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));
        user.pods(Labels.JOB, "tiny").forEach(pod -> user.succeed(pod, LAST_WORDS));

        eventually(() -> user.jobSays("tiny", "Published").equals("False ModelRefused"));
        assertThat(user.jobMessage("tiny", "Published")).contains("is forbidden", "quota: none");
        assertThat(user.jobSays("tiny", "Complete")).isEqualTo("True Trained");

        user.client().resourceQuotas().inNamespace(user.namespace()).delete();
        eventually(() -> user.jobSays("tiny", "Published").equals("True ModelPublished"));
    }

    @Test
    void a_change_of_policy_is_taken_in_place() {
        user.apply(JOB);
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));
        var before = user.pods(Labels.JOB, "tiny");

        user.apply(JOB + "  recovery: {maxRestarts: 3}\n");
        eventually(() ->
                user.find(Gang.class, "tiny").orElseThrow().getSpec().recovery().maxRestarts() == 3);
        eventually(() ->
                Long.valueOf(2).equals(user.job("tiny").reported().orElseThrow().observedGeneration()));
        assertThat(user.pods(Labels.JOB, "tiny"))
                .extracting(pod -> pod.getMetadata().getUid())
                .isEqualTo(
                        before.stream().map(pod -> pod.getMetadata().getUid()).toList());
    }

    @Test
    void a_change_of_what_the_workers_run_replaces_all_of_them_in_a_new_generation_and_keeps_the_checkpoints() {
        user.apply(JOB);
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));
        var folder = user.find(Gang.class, "tiny").orElseThrow().getSpec().contract();

        user.apply(JOB.replace("{resources:", "{env: [{name: MORE, value: \"1\"}], resources:"));
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True") && names().equals("tiny-0-1 tiny-1-1"));

        var gang = user.find(Gang.class, "tiny").orElseThrow().getSpec();
        assertThat(gang.formationOrFirst().generation()).isEqualTo(2);
        assertThat(gang.formationOrFirst().restarts()).isZero();
        assertThat(gang.contract()).isEqualTo(folder);
        assertThat(user.pods(Labels.JOB, "tiny"))
                .allSatisfy(pod -> assertThat(
                                pod.getSpec().getContainers().getFirst().getEnv())
                        .extracting(variable -> variable.getName())
                        .contains("MORE"));
        assertThat(user.job("tiny").reported().orElseThrow().lastRecovery()).isNull();
        eventually(() -> user.told("tiny", "SpecChanged"));
    }

    @Test
    void a_change_that_no_pod_could_follow_leaves_the_workers_as_they_are() {
        user.apply(JOB);
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));

        user.apply(JOB.replace("{resources:", "{overlay: {dnsPolicy: Sometimes}, resources:"));
        eventually(() -> user.jobSays("tiny", "Running").equals("Unknown ChangeRefused"));
        assertThat(user.jobMessage("tiny", "Running")).contains("stay as they were", "Sometimes");
        assertThat(names()).isEqualTo("tiny-0-0 tiny-1-0");

        user.apply(JOB);
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));
        assertThat(names()).isEqualTo("tiny-0-0 tiny-1-0");
    }

    @Test
    void a_job_that_waits_takes_a_change_without_a_new_generation() {
        user.apply(JOB.replace("gpu: 8", "gpu: 80"));
        eventually(() -> user.jobSays("tiny", "Placed").equals("False WaitingForRoom"));

        user.apply(JOB);
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));
        assertThat(names()).isEqualTo("tiny-0-0 tiny-1-0");
    }

    @Test
    void a_job_that_has_failed_goes_on_when_what_it_runs_is_changed() {
        user.apply(JOB + "  recovery: {maxRestarts: 0}\n");
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));
        user.fail("tiny-0-0", 1, "no such module");
        eventually(() -> user.jobSays("tiny", "Failed").equals("True Failed"));

        user.apply((JOB + "  recovery: {maxRestarts: 0}\n")
                .replace("{resources:", "{env: [{name: MORE, value: \"1\"}], resources:"));
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));
        assertThat(user.jobSays("tiny", "Failed")).isEqualTo("False NotFailed");
        assertThat(user.job("tiny").reported().orElseThrow().completedAt()).isNull();
    }

    private String names() {
        return user.pods(Labels.JOB, "tiny").stream()
                .map(pod -> pod.getMetadata().getName())
                .collect(Collectors.joining(" "));
    }

    @Test
    void a_job_made_again_under_an_old_name_begins_anew_and_the_older_model_stays_until_it_is_complete() {
        user.apply(JOB);
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));
        var older = user.job("tiny").getMetadata().getUid();
        user.pods(Labels.JOB, "tiny").forEach(pod -> user.succeed(pod, LAST_WORDS));
        eventually(() -> user.jobSays("tiny", "Published").equals("True ModelPublished"));

        user.client().resources(TrainingJob.class).inNamespace(user.namespace()).delete();
        user.apply(JOB);
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));

        var newer = user.job("tiny").getMetadata().getUid();
        assertThat(newer).isNotEqualTo(older);
        assertThat(user.job("tiny").reported().orElseThrow().checkpoint()).isNull();
        assertThat(user.find(Gang.class, "tiny")
                        .orElseThrow()
                        .getSpec()
                        .contract()
                        .checkpointDirectory())
                .isEqualTo("/plinth/checkpoints/tiny/" + newer);
        assertThat(uri("tiny-model")).isEqualTo("pvc://shared/tiny/" + older + "/step-600-g1");

        user.pods(Labels.JOB, "tiny").forEach(pod -> user.succeed(pod, LAST_WORDS.replace("600", "300")));
        eventually(() -> uri("tiny-model").equals("pvc://shared/tiny/" + newer + "/step-300-g1"));
    }

    private String uri(String model) {
        return user.find(Model.class, model).orElseThrow().getSpec().source().uri();
    }

    @Test
    void a_deleted_job_takes_gang_and_pods_along_and_leaves_its_model() {
        user.apply(JOB);
        eventually(() -> user.jobSays("tiny", "Running").startsWith("True"));
        user.pods(Labels.JOB, "tiny").forEach(pod -> user.succeed(pod, LAST_WORDS));
        eventually(() -> user.jobSays("tiny", "Published").equals("True ModelPublished"));

        user.client().resources(TrainingJob.class).inNamespace(user.namespace()).delete();
        eventually(() -> user.find(Gang.class, "tiny").isEmpty()
                && user.pods(Labels.JOB, "tiny").isEmpty());
        assertThat(user.find(Model.class, "tiny-model")).isPresent();
    }
}
