package dev.plinth.controller.training;

import static dev.plinth.controller.Workloads.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plinth.api.v1alpha1.AcceleratorType;
import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.ClusterTopologySpec;
import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec.Formation;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.Plan.Dimension;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.SimulatedCluster;
import dev.plinth.controller.WorkloadOperator;
import dev.plinth.controller.Workloads;
import dev.plinth.controller.kubernetes.Labels;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The sample of a planned job, on simulated nodes of a real API server. */
class PlannedJobIT {
    @RegisterExtension
    private static final SimulatedCluster CLUSTER = new SimulatedCluster();

    /** What a user waits for the verdict at most. */
    private static final Duration VERDICT = Duration.ofSeconds(2);

    private static final String NAME = "llama-8b";
    private static final String PRODUCT = "nvidia.com/gpu.product";

    private final Workloads user = new Workloads(CLUSTER.client(), CLUSTER.namespace());
    private final String sample;
    private WorkloadOperator operator = new WorkloadOperator(CLUSTER::newClient);

    PlannedJobIT() throws IOException {
        sample = Files.readString(Path.of("../../samples/planned-job.yaml"));
    }

    @AfterEach
    void close() {
        user.client().resources(TrainingJob.class).inNamespace(user.namespace()).delete();
        eventually(() -> user.pods(Labels.JOB, NAME).isEmpty());
        operator.close();
    }

    @Test
    void the_plan_is_told_before_there_are_pods_and_they_get_it_as_their_environment() {
        user.apply(sample);
        verdict("True Planned");

        var plan = plan();
        assertThat(plan.accelerator()).isEqualTo("H100");
        assertThat(plan.accelerators()).isEqualTo(16);
        assertThat(plan.memory().totalBytes()).isBetween(1L, plan.memory().capacityBytes());

        eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));
        assertThat(gang().getSpec().plan()).isEqualTo(plan);
        assertThat(plan.groups().stream().mapToInt(Plan.Group::degree).reduce(1, (one, other) -> one * other))
                .isEqualTo(16);
        assertThat(environment())
                .containsEntry(
                        "PLINTH_TENSOR_PARALLEL", Integer.toString(plan.layout().tensor()))
                .containsEntry("PLINTH_GLOBAL_BATCH", "512")
                .hasEntrySatisfying(
                        "PLINTH_TRAINER_ARGS",
                        options -> assertThat(options)
                                .startsWith("--tensor-model-parallel-size "
                                        + plan.layout().tensor() + " ")
                                .contains("--seq-length 8192"));
        eventually(() -> user.told(NAME, "Planned"));
    }

    @Test
    void what_does_not_fit_is_told_with_what_does_and_nothing_is_started_until_the_job_changes() {
        var large = sample.replace("layers: 32", "layers: 80")
                .replace("hiddenSize: 4096", "hiddenSize: 16384")
                .replace("heads: 32", "heads: 128")
                .replace("intermediateSize: 14336", "intermediateSize: 53248");
        user.apply(large);
        verdict("False DoesNotFit");
        assertThat(user.jobMessage(NAME, "Planned")).contains("needs at least", "What fits: ");
        assertThat(user.jobSays(NAME, "Placed")).isEqualTo("False DoesNotFit");
        eventually(() -> user.told(NAME, "DoesNotFit"));
        assertThat(user.find(Gang.class, NAME)).isEmpty();

        user.apply(sample);
        verdict("True Planned");
        eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));
    }

    @Test
    void a_degree_that_does_not_divide_is_told_with_the_nearest_that_does() {
        user.apply(sample + "    given: {tensor: 3}\n");
        verdict("False NotDivisible");
        assertThat(user.jobMessage(NAME, "Planned")).contains("tensor 3: ", "the nearest legal value is 2");

        user.apply(sample + "    given: {tensor: 2}\n");
        eventually(() -> user.jobSays(NAME, "Planned").equals("True Planned"));
        assertThat(plan().layout().tensor()).isEqualTo(2);
    }

    @Test
    void a_job_that_finds_no_room_has_its_verdict_all_the_same() {
        user.apply(sample.replace("count: 2", "count: 32"));
        verdict("True Planned");
        assertThat(plan().accelerators()).isEqualTo(256);
        eventually(() -> user.jobSays(NAME, "Placed").equals("False WaitingForRoom"));
        assertThat(user.jobSays(NAME, "Planned")).isEqualTo("True Planned");
    }

    @Test
    void the_accelerator_is_that_of_the_nodes_once_they_say_it() {
        user.apply(sample.replace("    accelerator: H100\n", ""));
        verdict("False UnknownAccelerator");
        assertThat(user.jobMessage(NAME, "Planned")).contains("no node with nvidia.com/gpu says what it is");

        label("NVIDIA-A100-SXM4-80GB");
        try {
            eventually(() -> user.jobSays(NAME, "Planned").equals("True Planned"));
            assertThat(plan().accelerator()).isEqualTo("A100-80");
        } finally {
            label(null);
        }
    }

    @Test
    void an_accelerator_that_nobody_knows_is_planned_for_once_an_administrator_describes_it() {
        label("HL-325L");
        try {
            user.apply(sample.replace("    accelerator: H100\n", ""));
            verdict("False UnknownAccelerator");
            assertThat(user.jobMessage(NAME, "Planned"))
                    .contains("nodes have HL-325L", "spec.accelerators of the ClusterTopology default");

            describe(List.of(new KubernetesSerialization().unmarshal("""
                    name: GAUDI3
                    products: [HL-325L]
                    memory: 128Gi
                    memoryBandwidth: 3700G
                    peak: {BF16: 1678T}
                    """, AcceleratorType.class)));
            eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));
            assertThat(plan().accelerator()).isEqualTo("GAUDI3");
            assertThat(plan().memory().capacityBytes()).isEqualTo(128L << 30);

            describe(List.of());
            user.apply(
                    sample.replace("    accelerator: H100\n", "").replace("megatron-lm:latest", "megatron-lm:newer"));
            eventually(() -> pods().equals(NAME + "-0-1 " + NAME + "-1-1"));
            eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));
            assertThat(plan().accelerator())
                    .as("a plan outlives the description")
                    .isEqualTo("GAUDI3");
        } finally {
            describe(List.of());
            label(null);
        }
    }

    @Test
    void a_fast_link_beyond_the_node_is_counted_on_where_labels_say_that_nodes_share_it() {
        var gb200s = sample.replace("accelerator: H100", "accelerator: GB200");
        user.apply(gb200s);
        verdict("True Planned");
        assertThat(plan().blocks()).first().isEqualTo(new Plan.Block("scale-up", 8));

        label("nvidia.com/gpu.clique", "f00d.1");
        try {
            user.apply(gb200s.replace("globalBatch: 512", "globalBatch: 256"));
            eventually(() -> plan().blocks().getFirst().equals(new Plan.Block("scale-up", 16)));
        } finally {
            label("nvidia.com/gpu.clique", null);
        }
    }

    @Test
    void workers_go_to_nodes_that_have_the_accelerator_of_the_plan() {
        var odd = nodes().stream()
                .filter(node -> node.charAt(node.length() - 1) % 2 == 1)
                .toList();
        odd.forEach(node -> label(node, PRODUCT, "NVIDIA-A100-SXM4-80GB"));
        try {
            user.apply(sample.replace("count: 2", "count: 4"));
            eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));

            assertThat(user.pods(Labels.JOB, NAME))
                    .extracting(pod -> pod.getSpec().getNodeName())
                    .hasSize(4)
                    .doesNotContainAnyElementsOf(odd);
        } finally {
            label(null);
        }
    }

    @Test
    void where_no_node_has_the_accelerator_the_wait_is_told_with_what_they_have() {
        label("NVIDIA-A100-SXM4-80GB");
        try {
            user.apply(sample);
            verdict("True Planned");
            eventually(() -> user.jobSays(NAME, "Placed").equals("False WaitingForRoom"));

            assertThat(user.jobMessage(NAME, "Placed")).contains("has NVIDIA-A100-SXM4-80GB, not H100");
        } finally {
            label(null);
        }
        eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));
    }

    @Test
    void another_operator_goes_on_with_the_plan_even_if_it_would_choose_another_now() {
        user.apply(sample);
        eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));
        var plan = plan();
        var pods = pods();

        operator.close();
        // Whoever looked at the status alone would plan anew.
        user.client().resource(user.job(NAME)).editStatus(job -> {
            job.setStatus(null);
            return job;
        });
        operator = new WorkloadOperator(CLUSTER::newClient);

        eventually(() -> user.job(NAME).reported().map(TrainingJobStatus::plan).isPresent()
                && user.jobSays(NAME, "Running").startsWith("True"));
        assertThat(plan()).isEqualTo(plan);
        assertThat(pods()).isEqualTo(pods);
    }

    @Test
    void a_changed_question_gets_another_plan_in_a_new_generation() {
        user.apply(sample);
        eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));
        var before = plan();

        user.apply(sample + "    given: {pipeline: 2}\n");
        eventually(() -> pods().equals(NAME + "-0-1 " + NAME + "-1-1")
                && user.jobSays(NAME, "Running").startsWith("True"));

        assertThat(plan().question()).isNotEqualTo(before.question());
        assertThat(plan().groups()).extracting(Plan.Group::dimension).contains(Dimension.Pipeline);
        assertThat(gang().getSpec().plan()).isEqualTo(plan());
        assertThat(environment()).containsEntry("PLINTH_PIPELINE_PARALLEL", "2");
    }

    @Test
    void a_job_that_no_longer_asks_runs_without_a_plan() {
        user.apply(sample);
        eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));

        user.apply(sample.substring(0, sample.indexOf("  parallelism:")));
        eventually(() -> pods().equals(NAME + "-0-1 " + NAME + "-1-1"));
        eventually(() -> user.jobSays(NAME, "Planned").equals("absent"));
        assertThat(gang().getSpec().plan()).isNull();
        assertThat(environment()).doesNotContainKey("PLINTH_TENSOR_PARALLEL");
    }

    @Test
    void workers_that_are_placed_by_who_talks_to_whom_stay_in_one_rack_if_they_can() {
        user.apply(sample.replace("count: 2", "count: 4"));
        eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));

        assertThat(user.job(NAME).reported().map(TrainingJobStatus::domain).orElse("none"))
                .startsWith("rack=");
    }

    @Test
    void a_split_is_the_one_for_the_place_that_the_workers_will_get() {
        // Nobody gets two such workers onto one node, though there are accelerators for two.
        user.apply(pairs().replace("cpu: \"8\"", "cpu: \"60\""));
        verdict("True Planned");
        eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));

        assertThat(plan().blocks()).first().isEqualTo(new Plan.Block("scale-up", 2));
        assertThat(plan().layout().tensor()).isLessThanOrEqualTo(2);
        assertThat(gang().getSpec().plan()).isEqualTo(plan());
        assertThat(gang().getSpec().formationOrFirst().generation()).isEqualTo(1);
    }

    @Test
    void workers_that_waited_and_found_another_place_than_was_counted_on_start_with_the_split_for_that() {
        var occupied = nodes().stream()
                .flatMap(node -> Stream.of(occupier(node, 6), occupier(node, 2)))
                .toList();
        user.apply(pairs());
        verdict("True Planned");
        eventually(() -> user.jobSays(NAME, "Placed").equals("False WaitingForRoom"));
        var onWholeNodes = plan();
        assertThat(onWholeNodes.blocks()).first().isEqualTo(new Plan.Block("scale-up", 8));
        assertThat(onWholeNodes.layout().tensor()).isGreaterThan(2);

        occupied.stream().filter(pod -> pod.endsWith("-2")).forEach(this::delete);
        eventually(() -> plan().blocks().getFirst().accelerators() == 2);
        eventually(() -> IntStream.range(0, 8)
                .mapToObj(index -> NAME + "-" + index + "-1")
                .collect(Collectors.joining(" "))
                .equals(pods()));
        eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));

        assertThat(plan().layout().tensor()).isLessThanOrEqualTo(2);
        assertThat(plan().question()).isEqualTo(onWholeNodes.question());
        assertThat(gang().getSpec().plan()).isEqualTo(plan());
        assertThat(environment())
                .containsEntry(
                        "PLINTH_TENSOR_PARALLEL",
                        Integer.toString(plan().layout().tensor()));
        assertThat(user.pods(Labels.JOB, NAME).stream()
                        .map(pod -> pod.getSpec().getNodeName())
                        .distinct())
                .hasSize(SimulatedCluster.NODES);
        assertThat(user.told(NAME, "PlannedAgain")).isTrue();
        assertThat(gang().getSpec().formationOrFirst())
                .returns(2, Formation::generation)
                .returns(0, Formation::restarts);
    }

    @Test
    void other_numbers_of_workers_have_their_plans_before_they_are_needed() {
        user.apply(sample);
        verdict("True Planned");

        assertThat(plan().otherCounts()).extracting(Plan.OtherCount::workers).containsExactly(1, 4, 8);
    }

    @Test
    void a_change_that_has_no_plan_leaves_the_workers_and_their_plan_as_they_are() {
        user.apply(sample);
        eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));
        var plan = plan();
        var pods = pods();

        user.apply(sample + "    given: {tensor: 3}\n");
        verdict("False NotDivisible");
        eventually(() -> user.jobSays(NAME, "Running").equals("Unknown NotDivisible"));
        assertThat(plan()).isEqualTo(plan);
        assertThat(pods()).isEqualTo(pods);
    }

    @Test
    void a_new_image_keeps_the_plan() {
        user.apply(sample);
        eventually(() -> user.jobSays(NAME, "Running").startsWith("True"));
        var plan = plan();

        user.apply(sample.replace("megatron-lm:latest", "megatron-lm:newer"));
        eventually(() -> pods().equals(NAME + "-0-1 " + NAME + "-1-1"));
        assertThat(plan()).isEqualTo(plan);
    }

    /** Eight workers of two GPUs, and a model that is better split over more. */
    private String pairs() {
        return sample.replace("count: 2", "count: 8")
                .replace("processesPerWorker: 8", "processesPerWorker: 2")
                .replace("nvidia.com/gpu: \"8\"", "nvidia.com/gpu: \"2\"")
                .replace("sequenceLength: 8192", "sequenceLength: 4096")
                .replace("layers: 32", "layers: 48")
                .replace("hiddenSize: 4096", "hiddenSize: 8192")
                .replace("heads: 32", "heads: 64");
    }

    private List<String> nodes() {
        return user.client().nodes().list().getItems().stream()
                .map(node -> node.getMetadata().getName())
                .toList();
    }

    /** A pod of somebody else that holds GPUs of a node. */
    private String occupier(String node, int gpus) {
        var name = node + "-" + gpus;
        user.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  nodeName: %s
                  containers:
                  - {name: main, image: none, resources: {limits: {nvidia.com/gpu: %d}}}
                """.formatted(name, node, gpus));
        return name;
    }

    private void delete(String pod) {
        user.client()
                .pods()
                .inNamespace(user.namespace())
                .withName(pod)
                .withGracePeriod(0)
                .delete();
    }

    private void verdict(String says) {
        await().atMost(VERDICT)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(() -> user.jobSays(NAME, "Planned").equals(says));
    }

    private Plan plan() {
        return user.job(NAME).reported().map(TrainingJobStatus::plan).orElseThrow();
    }

    private Gang gang() {
        return user.find(Gang.class, NAME).orElseThrow();
    }

    private String pods() {
        return user.pods(Labels.JOB, NAME).stream()
                .map(pod -> pod.getMetadata().getName())
                .collect(Collectors.joining(" "));
    }

    private Map<String, String> environment() {
        return user.pods(Labels.JOB, NAME).getFirst().getSpec().getContainers().getFirst().getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    private void describe(List<AcceleratorType> accelerators) {
        user.client()
                .resources(ClusterTopology.class)
                .withName(ClusterTopology.NAME)
                .edit(topology -> {
                    var network = topology.getSpec();
                    topology.setSpec(new ClusterTopologySpec(network.levels(), network.hostUplink(), accelerators));
                    return topology;
                });
    }

    private void label(@Nullable String product) {
        label(PRODUCT, product);
    }

    private void label(String key, @Nullable String value) {
        nodes().forEach(node -> label(node, key, value));
    }

    private void label(String name, String key, @Nullable String value) {
        user.client().nodes().withName(name).edit(node -> {
            if (value == null) {
                node.getMetadata().getLabels().remove(key);
            } else {
                node.getMetadata().getLabels().put(key, value);
            }
            return node;
        });
    }
}
