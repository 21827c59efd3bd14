package dev.plinth.planner.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Schedule;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.ModelShape;
import org.junit.jupiter.api.Test;

class StepTimeModelTest {
    private static final Accelerator A100 = Catalogue.standard().get("A100-80");
    private static final ModelShape MODEL = ModelShape.gpt("39B", 51_200, 8192, 48, 64, 2048);
    private static final Layout LAYOUT = Layout.of(8, 8, 8, 2).with(Recompute.FULL);

    private static StepTime predict(Layout layout, double network) {
        var training = new Training(MODEL, 2048, 1536, Precision.FP16, Framework.MEGATRON_CLASSIC);
        var calibration = Calibrations.of(A100, Precision.FP16, Framework.MEGATRON_CLASSIC);
        return new StepTimeModel(training, A100, Fabric.of(A100, network), calibration).predict(layout);
    }

    private static StepTime predict(Layout layout) {
        return predict(layout, 12.5e9);
    }

    @Test
    void the_bubble_is_what_the_schedules_papers_say() {
        assertThat(Schedule.ONE_F_ONE_B.bubble(8, 1, 1 / 3.0)).isEqualTo(7);
        assertThat(Schedule.ONE_F_ONE_B.bubble(8, 2, 1 / 3.0)).isEqualTo(3.5);
        assertThat(Schedule.GPIPE.bubble(8, 1, 1 / 3.0)).isEqualTo(7);
        assertThat(Schedule.ZERO_BUBBLE.bubble(8, 1, 1 / 3.0)).isCloseTo(7 / 3.0, within(1e-9));
    }

    @Test
    void interleaving_shortens_the_bubble_and_sends_more() {
        var plain = predict(LAYOUT);
        var interleaved = predict(LAYOUT.with(Schedule.ONE_F_ONE_B, 3));
        assertThat(interleaved.bubble()).isCloseTo(plain.bubble() / 3, within(1e-9));
        assertThat(interleaved.pipeline()).isGreaterThan(plain.pipeline());
    }

    @Test
    void recomputing_all_costs_about_a_third_and_scores_only_far_less() {
        var none = predict(LAYOUT.with(Recompute.NONE)).seconds();
        var scores = predict(LAYOUT.with(Recompute.SELECTIVE)).seconds();
        var all = predict(LAYOUT).seconds();
        assertThat(all / none).isBetween(1.25, 1.45);
        assertThat(scores / none).isBetween(1.0, 1.1);
    }

    @Test
    void a_tensor_group_across_nodes_is_far_slower_than_within_one() {
        var within = predict(Layout.of(8, 64, 1, 2)).tensor();
        var across = predict(Layout.of(16, 32, 1, 2)).tensor();
        assertThat(across / within).isGreaterThan(5);
    }

    @Test
    void a_faster_network_never_makes_a_step_longer() {
        var slow = predict(LAYOUT, 12.5e9);
        var fast = predict(LAYOUT, 50e9);
        assertThat(fast.data()).isLessThan(slow.data());
        assertThat(fast.seconds()).isLessThan(slow.seconds());
    }

    @Test
    void shards_that_are_gathered_layer_by_layer_wait_for_each_node_of_the_ring() {
        var few = sharded(64).data();
        var many = sharded(512).data();
        assertThat(many / few)
                .as("the bytes of each rank grow by an eighth only")
                .isGreaterThan(1.3);
    }

    /** MPT 7B, the same work for each of so many ranks. */
    private static StepTime sharded(int ranks) {
        var model = ModelShape.gpt("7B", 50_368, 4096, 32, 32, 2048);
        var h100 = Catalogue.standard().get("H100");
        var training = new Training(model, 2048, 6 * ranks, Precision.BF16, Framework.FSDP);
        var calibration = Calibrations.of(h100, Precision.BF16, Framework.FSDP);
        return new StepTimeModel(training, h100, Fabric.of(h100), calibration)
                .predict(Layout.of(1, ranks, 1, 6).withZero(3));
    }

    @Test
    void parts_add_up_and_none_is_negative() {
        var time = predict(LAYOUT);
        assertThat(time.compute()
                        + time.recompute()
                        + time.tensor()
                        + time.pipeline()
                        + time.bubble()
                        + time.data()
                        + time.optimizer())
                .isCloseTo(time.seconds(), within(1e-9));
    }

    /** Narayanan et al. (2104.04473), table 1: 163 TFLOP/s on 3,072 A100, recomputation counted, are 102.6 s a step. */
    @Test
    void the_trillion_of_narayanan_is_within_the_band() {
        var model = ModelShape.gpt("1T", 51_200, 25_600, 128, 160, 2048);
        var training = new Training(model, 2048, 3072, Precision.FP16, Framework.MEGATRON_CLASSIC);
        var calibration = Calibrations.of(A100, Precision.FP16, Framework.MEGATRON_CLASSIC);
        var time = new StepTimeModel(training, A100, Fabric.of(A100), calibration)
                .predict(Layout.of(8, 6, 64, 1).with(Recompute.FULL));
        assertThat(102.6).isBetween(time.lowSeconds(), time.highSeconds());
    }
}
