package dev.plinth.controller.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.api.v1alpha1.GangSpec.Contract;
import dev.plinth.api.v1alpha1.GangSpec.ContractFramework;
import dev.plinth.api.v1alpha1.GangSpec.Lifecycle;
import dev.plinth.api.v1alpha1.GangStatus;
import dev.plinth.api.v1alpha1.MemberTemplate;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.Plan.Dimension;
import dev.plinth.api.v1alpha1.RecoveryPolicy;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.api.v1alpha1.TrainingJobStatus.StepTime;
import dev.plinth.controller.planning.JobPlan.Made;
import dev.plinth.controller.planning.JobPlan.NotAsked;
import dev.plinth.controller.planning.JobPlan.Refused;
import dev.plinth.planner.Change;
import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Accelerator.Generation;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Precision;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobPlannerTest {
    private static final Accelerator GAUDI3 = new Accelerator(
            "GAUDI3",
            128L << 30,
            3700e9,
            new TreeMap<>(Map.of(Precision.BF16, 1678e12)),
            64,
            8,
            525e9,
            75e9,
            8,
            Generation.OTHER,
            "test");
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

    /** Has no room on one worker. */
    private static final TrainingJob TOO_LARGE = Asked.llama(
            "count: 2",
            "count: 1",
            "layers: 32, hiddenSize: 4096, heads: 32",
            "layers: 80, hiddenSize: 8192, heads: 64");

    private final JobPlanner planner = new JobPlanner();

    @Test
    void a_job_that_does_not_ask_gets_no_plan() {
        var job = Asked.llama("parallelism:", "ignored:");

        assertThat(planner.plan(job, Optional.empty(), NOW, JobPlannerTest::nobodyLooks))
                .isEqualTo(new NotAsked());
    }

    @Test
    void a_plan_uses_all_accelerators_and_its_parts_add_up_to_less_than_there_is() {
        var plan = plan(Asked.llama(), Asked.H100S);

        assertThat(plan.accelerator()).isEqualTo("H100");
        assertThat(plan.accelerators()).isEqualTo(16);
        var layout = plan.layout();
        assertThat(layout.tensor() * layout.context() * layout.data() * layout.pipeline())
                .isEqualTo(16);
        assertThat(layout.data() * layout.microBatch() * layout.microBatches()).isEqualTo(512);
        var memory = plan.memory();
        assertThat(memory.weightsBytes()
                        + memory.gradientsBytes()
                        + memory.optimizerBytes()
                        + memory.activationsBytes()
                        + memory.workspaceBytes()
                        + memory.logitsBytes()
                        + memory.marginBytes()
                        + memory.runtimeBytes())
                .isBetween(memory.totalBytes() - 8, memory.totalBytes() + 8);
        assertThat(memory.totalBytes()).isLessThan(memory.capacityBytes());
        assertThat(Double.parseDouble(plan.step().seconds()))
                .isBetween(
                        Double.parseDouble(plan.step().lowSeconds()),
                        Double.parseDouble(plan.step().highSeconds()));
        assertThat(plan.alternatives()).isNotEmpty();
        assertThat(plan.reasons()).isNotEmpty();
    }

    @Test
    void the_groups_of_a_plan_multiply_to_its_accelerators() {
        var groups = plan(Asked.given("tensor: 4, pipeline: 2"), Asked.H100S).groups();

        assertThat(groups)
                .extracting(Plan.Group::dimension)
                .containsExactly(Dimension.Tensor, Dimension.Data, Dimension.Pipeline);
        assertThat(groups).extracting(Plan.Group::degree).containsExactly(4, 2, 2);
        assertThat(groups).allSatisfy(group -> assertThat(group.bytesPerStep()).isPositive());
    }

    @Test
    void equal_questions_have_equal_plans() {
        assertThat(plan(Asked.llama(), Asked.H100S)).isEqualTo(plan(Asked.llama(), Asked.H100S));
    }

    @Test
    void the_plan_that_the_gang_runs_by_stays_whatever_the_nodes_are_now() {
        var job = Asked.llama();
        var plan = plan(job, Asked.H100S);

        assertThat(planner.plan(job, Optional.of(gang(plan)), NOW, JobPlannerTest::nobodyLooks))
                .isEqualTo(new Made(plan));
        assertThat(planner.plan(
                        Asked.llama("train:1", "train:2"), Optional.of(gang(plan)), NOW, JobPlannerTest::nobodyLooks))
                .isEqualTo(new Made(plan));
    }

    @Test
    void another_question_gets_another_plan() {
        var before = plan(Asked.llama(), Asked.H100S);
        var changed = Asked.llama("globalBatch: 512", "globalBatch: 256");

        var plan = planner.plan(changed, Optional.of(gang(before)), NOW, () -> Asked.H100S)
                .made()
                .orElseThrow();

        assertThat(plan.question()).isNotEqualTo(before.question());
    }

    @Test
    void a_plan_that_was_told_is_the_one_that_the_gang_is_made_with() {
        var job = Asked.llama();
        var plan = plan(job, Asked.H100S);
        job.setStatus(status(plan, "True", "Planned", ""));

        assertThat(planner.plan(job, Optional.empty(), NOW, JobPlannerTest::nobodyLooks))
                .isEqualTo(new Made(plan));
    }

    @Test
    void what_does_not_fit_is_told_with_what_does() {
        var refused = refused(TOO_LARGE, Asked.H100S);

        assertThat(refused.reason()).isEqualTo("DoesNotFit");
        assertThat(refused.message()).contains("needs at least", "What fits: ", " s a step)");
        assertThat(refused(TOO_LARGE, Asked.H100S)).isEqualTo(refused);
    }

    @Test
    void what_would_fit_is_told_in_the_fields_of_the_job_which_is_made_again_for_other_workers() {
        assertThat(refused(TOO_LARGE, Asked.H100S).message())
                .contains(
                        "keep the optimizer's state on the host: set spec.parallelism.given to {offload: Host} (",
                        "create the job again with spec.workers.count 2, which is 16 accelerators (");
        assertThat(InFields.text(new Change.Accelerators(12), 8))
                .isEqualTo("create the job again with 12 accelerators");
        assertThat(InFields.text(new Change.AnyZero(1), 8))
                .isEqualTo("leave ZeRO to the planner instead of stage 1: remove spec.parallelism.given.zeroStage");
    }

    @Test
    void what_does_not_fit_is_planned_once_its_accelerator_is_described_with_more_memory() {
        var nodes = Asked.nodes(8, "HL-325L");

        assertThat(planner.plan(
                        TOO_LARGE, Optional.empty(), NOW, () -> describing(withMemory(1L << 34, GAUDI3), nodes)))
                .isInstanceOf(Refused.class);
        assertThat(planner.plan(
                        TOO_LARGE, Optional.empty(), NOW, () -> describing(withMemory(1L << 40, GAUDI3), nodes)))
                .isInstanceOf(Made.class);
    }

    @Test
    void a_degree_that_does_not_divide_is_told_with_the_nearest_that_does() {
        var refused = refused(Asked.given("tensor: 3"), Asked.H100S);

        assertThat(refused.reason()).isEqualTo("NotDivisible");
        assertThat(refused.message())
                .isEqualTo(
                        "tensor 3: it must divide 32 heads, fit 8 key-value heads and divide the inner width 14336; the nearest legal value is 2. Correct spec.parallelism.");
    }

    @Test
    void what_a_trainer_cannot_do_is_told_as_that() {
        var job = Asked.llama("trainer: Megatron", "trainer: DeepSpeed\n    given: {tensor: 2}");
        assertThat(refused(job, Asked.H100S).message()).contains("DeepSpeed has no tensor parallelism");

        assertThat(refused(Asked.given("zeroStage: 3"), Asked.H100S).reason()).isEqualTo("NotSupported");
    }

    @Test
    void a_model_that_cannot_be_read_is_told_by_its_field() {
        var unknown = refused(Asked.llama(Asked.SHAPE, "config: '{\"model_type\": \"lama\"}'"), Asked.H100S);
        assertThat(unknown.reason()).isEqualTo("BadShape");
        assertThat(unknown.message())
                .startsWith("spec.parallelism.model cannot be read: ")
                .contains("the nearest known one is 'llama'");

        assertThat(refused(Asked.llama(Asked.SHAPE, "config: '{'"), Asked.H100S).message())
                .contains("config.json is no JSON object");
        for (var odd : List.of("[]", "null", "12")) {
            assertThat(refused(Asked.llama(Asked.SHAPE, "config: '" + odd + "'"), Asked.H100S)
                            .message())
                    .contains("config.json is no JSON object, which begins with '{'");
        }
        assertThat(refused(
                                Asked.llama(
                                        Asked.SHAPE, "config: '{\"model_type\": \"gpt2\", \"model_type\": \"mpt\"}'"),
                                Asked.H100S)
                        .message())
                .contains("Duplicate field 'model_type'");
        assertThat(refused(Asked.llama(Asked.SHAPE, "config: '{\"model_type\": \"gpt2\"} {}'"), Asked.H100S)
                        .message())
                .contains("Trailing token");
    }

    @Test
    void torchrun_with_fewer_processes_than_accelerators_is_told() {
        var refused = refused(Asked.llama("processesPerWorker: 8", "processesPerWorker: 1"), Asked.H100S);

        assertThat(refused.reason()).isEqualTo("BadWorkers");
        assertThat(refused.message()).endsWith("create the job again with spec.workers.processesPerWorker 8.");
    }

    @Test
    void one_jax_process_computes_on_all_accelerators_of_its_worker() {
        var job = Asked.llama(
                "processesPerWorker: 8",
                "processesPerWorker: 1",
                "torch: {rendezvous: Static}",
                "jax: {}",
                "trainer: Megatron",
                "accelerator: H100");

        assertThat(plan(job, Site.NONE).accelerators()).isEqualTo(16);
    }

    @Test
    void the_accelerator_is_what_the_nodes_say_unless_the_job_says_it() {
        var a100s = Asked.nodes(8, "NVIDIA-A100-SXM4-80GB");
        assertThat(plan(Asked.llama(), a100s).accelerator()).isEqualTo("A100-80");

        var both = Asked.site(Stream.concat(a100s.hosts().stream(), Asked.H100S.hosts().stream())
                .toList());
        assertThat(refused(Asked.llama(), both).message()).startsWith("nodes have several: A100-80, H100. Set ");
        assertThat(refused(
                        Asked.llama(),
                        Asked.site(List.of(new Host(
                                "n0", Optional.empty(), Collections.emptySortedMap(), Optional.empty(), 8, 8)))))
                .returns("UnknownAccelerator", Refused::reason)
                .extracting(Refused::message)
                .asString()
                .startsWith("no node with nvidia.com/gpu says what it is; known are ");
        assertThat(refused(Asked.llama(), Asked.nodes(2, "Tesla-T4")).message())
                .startsWith("nodes have Tesla-T4, of which none is known; known are A10, ")
                .contains("or have it described in spec.accelerators of the ClusterTopology default: its memory, ");
        assertThat(refused(Asked.llama("trainer:", "accelerator: T4\n    trainer:"), both)
                        .message())
                .startsWith("accelerator 'T4' is unknown; known are A10, ")
                .contains("spec.accelerators of the ClusterTopology default");
        assertThat(plan(Asked.llama("trainer:", "accelerator: h100\n    trainer:"), both)
                        .accelerator())
                .isEqualTo("H100");
    }

    @Test
    void an_accelerator_that_the_cluster_describes_is_planned_for_with_a_wide_band() {
        var plan = plan(Asked.llama(), describing(GAUDI3, Asked.nodes(8, "HL-325L")));

        assertThat(plan.accelerator()).isEqualTo("GAUDI3");
        assertThat(plan.memory().capacityBytes()).isEqualTo(128L << 30);
        assertThat(Double.parseDouble(plan.step().highSeconds())).isCloseTo(1.3 * seconds(plan), withinPercentage(0.1));
        assertThat(plan.reasons())
                .contains(
                        "No table of measured steps speaks of GAUDI3: it is taken to reach 60 % of its peak, and the band is wide.");
    }

    @Test
    void a_plan_outlives_the_description_of_its_accelerator() {
        var job = pairs();
        var plan = plan(job, describing(GAUDI3, Asked.nodes(8, "HL-325L")));
        var gang = placed(gang(plan));
        job.setStatus(status(plan, "True", "Planned", ""));

        assertThat(planner.plan(job, Optional.of(gang), NOW, () -> seated(free(8, 8), worker -> "n" + worker)))
                .isEqualTo(new Made(plan));
    }

    @Test
    void workers_without_gpus_compute_on_cpus() {
        var job = Asked.llama(
                "nvidia.com/gpu: 8",
                "cpu: 8",
                "processesPerWorker: 8",
                "processesPerWorker: 1",
                Asked.SHAPE,
                Asked.SMALL);

        assertThat(plan(job, Site.NONE).accelerator()).isEqualTo("CPU");
        assertThat(plan(job, Site.NONE).accelerators()).isEqualTo(2);
    }

    @Test
    void what_is_free_on_the_nodes_decides_and_if_it_is_too_little_what_they_have() {
        var pairs = pairs();

        var onWholeNodes = seconds(plan(pairs, free(8, 2)));

        assertThat(seconds(plan(pairs, free(2, 8)))).isGreaterThan(onWholeNodes);
        assertThat(seconds(plan(pairs, free(0, 8)))).isEqualTo(onWholeNodes);
        assertThat(seconds(plan(pairs, free(0, 1)))).isEqualTo(onWholeNodes);
    }

    @Test
    void where_the_workers_find_only_a_part_of_each_node_the_split_is_the_one_for_that() {
        var pairs = pairs();
        var onWholeNodes = plan(pairs, free(8, 2));

        var apart = plan(pairs, placing(free(8, 8), worker -> "n" + worker));

        assertThat(onWholeNodes.blocks()).containsExactly(new Plan.Block("scale-up", 8));
        assertThat(apart.blocks()).containsExactly(new Plan.Block("scale-up", 2));
        assertThat(onWholeNodes.layout().tensor()).isGreaterThan(2);
        assertThat(apart.layout().tensor()).isLessThanOrEqualTo(2);
        assertThat(seconds(apart)).isGreaterThan(seconds(onWholeNodes));
        assertThat(plan(pairs, placing(free(8, 8), worker -> "n" + worker / 4)))
                .usingRecursiveComparison()
                .ignoringFields("otherCounts")
                .isEqualTo(onWholeNodes);
    }

    @Test
    void workers_that_start_on_another_place_than_was_counted_on_get_the_plan_for_that() {
        var job = pairs();
        var plan = plan(job, free(8, 2));
        var gang = placed(gang(plan));
        job.setStatus(status(plan, "True", "Planned", ""));
        var apart = seated(free(8, 8), worker -> "n" + worker);

        var again =
                planner.plan(job, Optional.of(gang), NOW, () -> apart).made().orElseThrow();

        assertThat(again.blocks()).containsExactly(new Plan.Block("scale-up", 2));
        assertThat(again.layout()).isNotEqualTo(plan.layout());
        assertThat(again.question()).isEqualTo(plan.question());
        assertThat(again.otherCounts()).isEqualTo(plan.otherCounts());
        assertThat(planner.plan(job, Optional.of(placed(gang(again))), NOW, () -> apart))
                .as("it is settled with one look")
                .isEqualTo(new Made(again));
        assertThat(planner.plan(job, Optional.of(gang), NOW.plusSeconds(61), JobPlannerTest::nobodyLooks))
                .as("who runs for a while is left alone")
                .isEqualTo(new Made(plan));
    }

    @Test
    void workers_that_run_are_planned_for_the_place_they_have_when_the_question_changes() {
        var apart = seated(free(0, 8), worker -> "n" + worker);

        assertThat(plan(pairs(), apart).blocks()).containsExactly(new Plan.Block("scale-up", 2));
    }

    @Test
    void the_nearest_other_numbers_of_workers_are_planned_too() {
        var others = plan(Asked.llama(), Asked.H100S).otherCounts();

        assertThat(others).extracting(Plan.OtherCount::workers).containsExactly(1, 4, 8);
        assertThat(others.stream().map(other -> Double.parseDouble(other.seconds())))
                .isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(others).allSatisfy(other -> assertThat(other.layout()).contains("micro-batch"));
    }

    @Test
    void what_steps_took_before_corrects_the_prediction_of_another_plan_and_leaves_the_choice() {
        var before = plan(Asked.llama(), Asked.H100S);
        var changed = Asked.llama("globalBatch: 512", "globalBatch: 256");
        var expected = plan(changed, Asked.H100S);
        changed.setStatus(measured(before, "1.25"));

        var corrected = plan(changed, Asked.H100S);

        assertThat(corrected.layout()).isEqualTo(expected.layout());
        assertThat(corrected.step().correction()).isEqualTo("1.25");
        assertThat(seconds(corrected)).isCloseTo(1.25 * seconds(expected), withinPercentage(0.1));
        assertThat(Double.parseDouble(corrected.step().modelFlopsUtilization()))
                .isCloseTo(Double.parseDouble(expected.step().modelFlopsUtilization()) / 1.25, withinPercentage(0.1));
        assertThat(Double.parseDouble(corrected.otherCounts().getFirst().seconds()))
                .isCloseTo(
                        1.25
                                * Double.parseDouble(
                                        expected.otherCounts().getFirst().seconds()),
                        withinPercentage(0.1));

        var third = Asked.llama("globalBatch: 512", "globalBatch: 128");
        third.setStatus(measured(corrected, "1.1"));
        assertThat(plan(third, Asked.H100S).step().correction())
                .as("what is left of the error is multiplied in")
                .isEqualTo("1.375");

        third.setStatus(measured(before, "1.25"));
        assertThat(plan(third, Asked.nodes(8, "NVIDIA-A100-SXM4-80GB")).step().correction())
                .as("another accelerator is another thing")
                .isNull();
    }

    @Test
    void a_thin_spine_between_the_racks_makes_the_step_longer() {
        assertThat(seconds(plan(Asked.llama(), racks(2.5e9)))).isGreaterThan(seconds(plan(Asked.llama(), racks(50e9))));
    }

    /** Eight workers of two accelerators each, and a model that wants to be split over more. */
    private static TrainingJob pairs() {
        return Asked.llama(
                "layers: 32, hiddenSize: 4096, heads: 32",
                "layers: 48, hiddenSize: 8192, heads: 64",
                "processesPerWorker: 8",
                "processesPerWorker: 2",
                "nvidia.com/gpu: 8",
                "nvidia.com/gpu: 2",
                "count: 2",
                "count: 8");
    }

    private static Site placing(Site site, IntFunction<String> node) {
        return new Site(
                site.hosts(),
                site.levels(),
                site.hostBytesPerSecond(),
                site.catalogue(),
                Optional.empty(),
                (mesh, accelerator) -> Optional.of(seats(node)));
    }

    private static Site describing(Accelerator accelerator, Site site) {
        return new Site(
                site.hosts(),
                site.levels(),
                site.hostBytesPerSecond(),
                site.catalogue().with(accelerator, List.of("HL-325L")),
                site.seats(),
                site.placer());
    }

    private static Site seated(Site site, IntFunction<String> node) {
        return new Site(
                site.hosts(),
                site.levels(),
                site.hostBytesPerSecond(),
                site.catalogue(),
                Optional.of(seats(node)),
                (mesh, accelerator) -> fail("they have their nodes"));
    }

    private static SortedMap<Integer, String> seats(IntFunction<String> node) {
        var seats = new TreeMap<Integer, String>();
        IntStream.range(0, 8).forEach(worker -> seats.put(worker, node.apply(worker)));
        return seats;
    }

    /** Two racks of one node each, joined by links that carry so much for each accelerator. */
    private static Site racks(double bytesPerSecond) {
        var hosts = Stream.of("r0", "r1")
                .map(rack -> new Host(
                        "in-" + rack,
                        Optional.of("NVIDIA-H100"),
                        new TreeMap<>(Map.of("rack", rack)),
                        Optional.empty(),
                        8,
                        8))
                .toList();
        return new Site(
                hosts,
                List.of(new Site.Level("rack", OptionalDouble.of(bytesPerSecond))),
                OptionalDouble.of(50e9),
                Catalogue.standard(),
                Optional.empty(),
                Site.Placer.NOBODY);
    }

    private static Site free(int accelerators, int nodes) {
        return Asked.nodes(nodes, "NVIDIA-H100", accelerators);
    }

    private static double seconds(Plan plan) {
        return Double.parseDouble(plan.step().seconds());
    }

    private static Plan plan(TrainingJob job, Site site) {
        return new JobPlanner()
                .plan(job, Optional.empty(), NOW, () -> site)
                .made()
                .orElseThrow();
    }

    private static Refused refused(TrainingJob job, Site site) {
        return (Refused) new JobPlanner().plan(job, Optional.empty(), NOW, () -> site);
    }

    private static Accelerator withMemory(long bytes, Accelerator like) {
        return new Accelerator(
                like.name(),
                bytes,
                like.memoryBytesPerSecond(),
                like.peakFlops(),
                like.processors(),
                like.scaleUp(),
                like.scaleUpBytesPerSecond(),
                like.networkBytesPerSecond(),
                like.perNode(),
                like.generation(),
                like.source());
    }

    private static Site nobodyLooks() {
        return fail("the nodes are looked at");
    }

    private static Gang gang(Plan plan) {
        var gang = new Gang();
        gang.setSpec(new GangSpec(
                2,
                MemberTemplate.EMPTY,
                new Contract(ContractFramework.TorchStatic, 8, null, false),
                null,
                null,
                Lifecycle.Finite,
                RecoveryPolicy.DEFAULT,
                null,
                plan,
                null));
        return gang;
    }

    private static Gang placed(Gang gang) {
        var placed =
                new ConditionBuilder().withType("Placed").withStatus("True").build();
        gang.setStatus(new GangStatus(1L, List.of(placed), null, null, null, null, List.of(), null));
        return gang;
    }

    private static TrainingJobStatus measured(Plan plan, String correction) {
        return new TrainingJobStatus(
                1L,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                plan,
                new StepTime(plan.step().seconds(), "made up", correction),
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static TrainingJobStatus status(@Nullable Plan plan, String status, String reason, String message) {
        var planned = new ConditionBuilder()
                .withType("Planned")
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withObservedGeneration(1L)
                .build();
        return new TrainingJobStatus(
                1L, List.of(planned), null, null, null, null, null, plan, null, null, null, NOW, NOW, null, null);
    }
}
