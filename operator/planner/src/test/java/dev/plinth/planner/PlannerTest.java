package dev.plinth.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.planner.Planning.Complaint;
import dev.plinth.planner.Planning.Illegal;
import dev.plinth.planner.Planning.Infeasible;
import dev.plinth.planner.Planning.Plan;
import dev.plinth.planner.hardware.CapacityProfile;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Schedule;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.ModelShape;
import dev.plinth.planner.model.Models;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final OptionalInt ANY = OptionalInt.empty();

    @Test
    void a_plan_uses_all_accelerators_keeps_the_batch_and_proves_that_every_stage_fits() {
        var plan = (Plan) Planner.plan(Requests.llama70b(64));
        var layout = plan.layout();
        assertThat(layout.accelerators()).isEqualTo(64);
        assertThat(layout.microBatches(512) * layout.microBatch() * layout.data())
                .isEqualTo(512);
        assertThat(plan.memory()).hasSize(layout.pipeline());
        assertThat(plan.memory())
                .allSatisfy(stage -> assertThat(stage.total()).isLessThan((double) plan.availableBytes()));
        assertThat(plan.modelFlopsUtilisation()).isBetween(0.2, 0.7);
        assertThat(plan.time().lowSeconds()).isLessThan(plan.time().highSeconds());
        assertThat(plan.alternatives()).isNotEmpty();
        assertThat(plan.reasons())
                .anySatisfy(reason -> assertThat(reason).startsWith("It fits: the fullest stage needs"));
    }

    @Test
    void reasons_are_sentences_of_words_that_people_read() {
        var requests = List.of(
                Requests.llama8b(16),
                Requests.llama70b(64),
                Requests.llama70b(8).with(Wishes.none().with(Offload.HOST)),
                Requests.llama70b(64).within(100));
        assertThat(requests)
                .flatExtracting(request -> ((Plan) Planner.plan(request)).reasons())
                .allSatisfy(reason -> assertThat(reason)
                        .matches("[A-Z0-9].*[.]")
                        .doesNotContainPattern("[A-Z]{3,}_|\\b[a-z]+[0-9]+ [a-z]+[0-9]+\\b|=|MEGATRON"));
    }

    @Test
    void tensor_groups_stay_within_what_is_free_together() {
        var fabric = Fabric.of(Catalogue.standard().get("H100"));
        var pairs = new TreeMap<>(Map.of(2, 32));
        var scattered = new CapacityProfile(fabric, List.of(pairs), 64);
        var plan = (Plan) Planner.plan(Requests.llama8b(64).with(scattered));
        assertThat(plan.layout().tensor()).isLessThanOrEqualTo(2);
        var whole = (Plan) Planner.plan(Requests.llama8b(64));
        assertThat(plan.time().seconds()).isGreaterThan(whole.time().seconds());
    }

    @Test
    void wishes_are_granted() {
        var wishes = Wishes.none().withTensor(4).withPipeline(2).with(Recompute.FULL);
        var plan = (Plan) Planner.plan(Requests.llama8b(64).with(wishes));
        assertThat(plan.layout().tensor()).isEqualTo(4);
        assertThat(plan.layout().pipeline()).isEqualTo(2);
        assertThat(plan.layout().recompute()).isEqualTo(Recompute.FULL);
    }

    @Test
    void a_wished_number_of_data_groups_leaves_the_rest_to_the_planner() {
        var plan = (Plan) Planner.plan(Requests.llama8b(64).with(Wishes.none().withData(4)));
        assertThat(plan.layout().data()).isEqualTo(4);
        assertThat(plan.layout().accelerators()).isEqualTo(64);
    }

    @Test
    void what_does_not_fit_is_answered_with_plans_that_do() {
        var infeasible = (Infeasible) Planner.plan(Requests.llama70b(8));
        assertThat(infeasible.message()).contains("needs at least").contains("of 79.6 GiB");
        assertThat(infeasible.nearest()).isNotEmpty();
        assertThat(infeasible.nearest())
                .allSatisfy(suggestion -> assertThat(suggestion.plan().peak().total())
                        .isLessThanOrEqualTo((double) suggestion.plan().availableBytes()));
        assertThat(infeasible.nearest().getFirst().plan().layout().offload()).isEqualTo(Offload.HOST);
    }

    @Test
    void a_wish_that_does_not_fit_is_answered_with_the_plan_without_it() {
        var wishes = Wishes.none().withTensor(1).withPipeline(1).withZero(0);
        var infeasible = (Infeasible) Planner.plan(Requests.llama70b(64).with(wishes));
        assertThat(infeasible.nearest())
                .extracting(suggestion -> suggestion.change().text())
                .contains("leave all to the planner");
    }

    @Test
    void more_than_is_free_is_answered_with_what_is_free() {
        var request = Requests.llama8b(128);
        var infeasible =
                (Infeasible) Planner.plan(request.with(Requests.llama8b(64).capacity()));
        assertThat(infeasible.message()).isEqualTo("128 accelerators are asked for, 64 are free");
        assertThat(infeasible.nearest().getFirst().change().text()).isEqualTo("use 64 accelerators");
    }

    @Test
    void bad_values_are_answered_with_the_nearest_legal_ones() {
        var request = Requests.llama8b(64);
        assertThat(complaint(request.with(Wishes.none().withTensor(3))))
                .contains("it must divide 32 heads")
                .endsWith("the nearest legal value is 2");
        assertThat(complaint(request.with(Wishes.none().withPipeline(5)))).endsWith("the nearest legal value is 4");
        assertThat(complaint(request.with(Wishes.none()
                        .withTensor(1)
                        .withContext(1)
                        .withPipeline(1)
                        .withMicroBatch(3))))
                .contains("must divide the global batch 512")
                .endsWith("the nearest legal value is 2");
        assertThat(complaint(request.with(Wishes.none().withExpert(2)))).contains("the model has no experts");
        assertThat(complaint(request.with(Wishes.none().withData(5))))
                .isEqualTo("data 5: it must divide the global batch of 512; the nearest legal value is 4");
        assertThat(complaint(request.with(Wishes.none().with(Recompute.SELECTIVE))))
                .isEqualTo("Megatron-LM recomputes None or Full, not Selective");
        assertThat(complaint(request.on(0)))
                .isEqualTo("accelerators is 0; it must be from 1 to 1000000, the nearest is 1");
        assertThat(complaint(PlanRequest.of(
                        new Training(Models.llama8b(), 4096, 512, Precision.FP8, Framework.MEGATRON),
                        Catalogue.standard().get("A100-80"),
                        8)))
                .isEqualTo("A100-80 cannot multiply in FP8; the nearest it can is BF16");
    }

    private static String complaint(PlanRequest request) {
        return ((Illegal) Planner.plan(request))
                .complaints().stream().map(Complaint::message).findFirst().orElseThrow();
    }

    @Test
    void a_batch_that_cannot_be_shared_is_answered_with_the_nearest_that_can() {
        var request = Requests.llama8b(56);
        var infeasible =
                (Infeasible) Planner.plan(request.with(request.training().withGlobalBatch(509)));
        assertThat(infeasible.message())
                .contains("no legal layout")
                .contains("do not share 509 samples among 56 evenly");
        assertThat(infeasible.nearest().getFirst().change().text()).isEqualTo("use a global batch of 511");
    }

    @Test
    void a_schedule_that_the_framework_does_not_know_is_answered_with_those_it_knows() {
        var wishes = new Wishes(
                ANY,
                ANY,
                ANY,
                ANY,
                ANY,
                ANY,
                ANY,
                ANY,
                Optional.of(Schedule.ZERO_BUBBLE),
                Optional.empty(),
                Optional.empty());
        assertThat(complaint(Requests.llama8b(64).with(wishes)))
                .isEqualTo("Megatron-LM knows the schedule 1F1B, not zero bubble");
    }

    @Test
    void traffic_names_each_group_with_its_members_and_bytes() {
        var plan = (Plan) Planner.plan(
                Requests.llama70b(64).with(Wishes.none().withTensor(8).withPipeline(4)));
        assertThat(plan.traffic())
                .extracting(Traffic::kind)
                .containsExactly(Traffic.Kind.TENSOR, Traffic.Kind.DATA, Traffic.Kind.PIPELINE);
        assertThat(plan.traffic())
                .allSatisfy(group -> assertThat(group.bytesPerStep()).isPositive());
        assertThat(plan.traffic().getLast().stride()).isEqualTo(64 / 4);
    }

    @Test
    void a_plan_says_that_a_link_beyond_the_node_was_not_counted_on() {
        var gb200 = Catalogue.standard().get("GB200");
        var usual = PlanRequest.of(Requests.llama8b(1).training(), gb200, 16);
        var nodes = usual.with(CapacityProfile.empty(Fabric.withinNodes(gb200), 16));

        assertThat(((Plan) Planner.plan(nodes)).reasons())
                .contains(
                        "The fast link of GB200 can join 72 over several nodes, but nothing says which nodes share one, so no more than the 4 of a node are counted on.");
        assertThat(((Plan) Planner.plan(usual)).reasons()).noneMatch(reason -> reason.contains("can join"));
    }

    @Test
    void a_plan_on_hardware_that_nobody_measured_says_so() {
        var unmeasured = PlanRequest.of(
                Requests.llama8b(1).training(), Catalogue.standard().get("MI300X"), 8);

        assertThat(((Plan) Planner.plan(unmeasured)).reasons())
                .contains(
                        "No table of measured steps speaks of MI300X: it is taken to reach 60 % of its peak, and the band is wide.");
    }

    @Test
    void wishes_that_cannot_be_had_together_are_told_as_that() {
        var llama = Requests.llama8b(16);
        var mixtral = PlanRequest.of(
                new Training(Models.mixtral(), 4096, 512, Precision.BF16, Framework.MEGATRON),
                Catalogue.standard().get("H100"),
                16);

        assertThat(complaint(llama.with(Wishes.none().withTensor(8).withPipeline(4))))
                .isEqualTo(
                        "tensor x context x pipeline x data = 32 does not divide 16 accelerators; the nearest number is 32");
        assertThat(complaint(mixtral.with(Wishes.none().withPipeline(8).withExpert(8))))
                .isEqualTo(
                        "expert 8: it must divide the 2 accelerators of a stage and the experts; the nearest legal value is 2");
        var noDegreeLeft = (Infeasible) Planner.plan(Requests.llama8b(24)
                .with(Requests.llama8b(24).training().withGlobalBatch(480))
                .with(Wishes.none().withContext(1).withPipeline(1).withData(2)));
        assertThat(noDegreeLeft.message()).endsWith("has all the degrees that are given");
        assertThat(noDegreeLeft.nearest().getFirst().change().text()).isEqualTo("leave all to the planner");
    }

    @Test
    void a_sequence_beyond_the_learned_positions_is_answered_with_the_longest_that_is_not() {
        var gpt = ModelShape.gpt("GPT", 51_200, 2304, 24, 24, 1024);
        var request = PlanRequest.of(
                new Training(gpt, 4096, 64, Precision.BF16, Framework.MEGATRON),
                Catalogue.standard().get("H100"),
                8);

        assertThat(complaint(request))
                .isEqualTo(
                        "sequence 4096: the model has learned positions for 1024 tokens; the nearest legal value is 1024");
    }
}
