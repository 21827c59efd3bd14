package dev.plinth.planner.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Schedule;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.ModelShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published figures, as published. */
class MemoryModelTest {
    private static final double GIB = 1L << 30;
    private static final double GB = 1e9;

    /** Reducing Activation Recomputation (2205.05198), table 3 and figure 7. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "22B, 6144, 48, 64, 1, 1, 4, 4, 59.25, 9.5625",
        "175B, 12288, 96, 96, 8, 3, 64, 1, 66.84375, 12.3515625",
        "530B, 20480, 105, 128, 35, 3, 280, 1, 114.0234375, 23.076171875",
        "1T, 25600, 128, 160, 64, 1, 512, 1, 131.25, 26.5625"
    })
    void activations_of_the_first_stage_are_korthikanti_s(
            String name,
            int hidden,
            int layers,
            int heads,
            int stages,
            int virtual,
            int batch,
            int micro,
            double none,
            double selective) {
        var training = training(ModelShape.gpt(name, 51_200, hidden, layers, heads, 2048), batch);
        var layout = Layout.of(8, 1, stages, micro).with(Schedule.ONE_F_ONE_B, virtual);
        assertThat(activations(training, layout)).isCloseTo(none, within(0.01));
        assertThat(activations(training, layout.withSequenceParallel(true).with(Recompute.SELECTIVE)))
                .isCloseTo(selective, within(0.01));
    }

    /** Same paper, in percent of no measure: sequence parallelism, selective, both, full recomputation. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "22B, 6144, 48, 64, 66.84, 49.42, 16.18, 7.64",
        "175B, 12288, 96, 96, 62.04, 56.53, 18.49, 8.71",
        "530B, 20480, 105, 128, 58.31, 62.04, 20.27, 9.42",
        "1T, 25600, 128, 160, 58.31, 62.04, 20.27, 9.42"
    })
    void each_measure_saves_what_korthikanti_says(
            String name,
            int hidden,
            int layers,
            int heads,
            double sequence,
            double selective,
            double both,
            double full) {
        var training = training(ModelShape.gpt(name, 51_200, hidden, layers, heads, 2048), 1);
        var layout = Layout.of(8, 1, 1, 1);
        var none = activations(training, layout);
        var shared = layout.withSequenceParallel(true);
        assertThat(100 * activations(training, shared) / none).isCloseTo(sequence, within(0.2));
        assertThat(100 * activations(training, layout.with(Recompute.SELECTIVE)) / none)
                .isCloseTo(selective, within(0.2));
        assertThat(100 * activations(training, shared.with(Recompute.SELECTIVE)) / none)
                .isCloseTo(both, within(0.2));
        assertThat(100 * activations(training, layout.with(Recompute.FULL)) / none)
                .isCloseTo(full, within(0.2));
    }

    /** ZeRO (1910.02054), figure 1: 7.5 billion parameters on 64 ranks. */
    @ParameterizedTest(name = "stage {0}: {1} GB")
    @CsvSource({"0, 120", "1, 31.4", "2, 16.6", "3, 1.9"})
    void states_shrink_as_zero_says(int stage, double gigabytes) {
        var layout = Layout.of(1, 64, 1, 1).withZero(stage);
        var states = MemoryModel.states(Framework.DEEPSPEED, layout, new StageParameters(7.5e9, 0, 0));
        // Published with one decimal.
        assertThat(states.states() / GB).isCloseTo(gigabytes, within(0.05));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "22B, 6144, 48, 64, 1, 45.5625",
        "175B, 12288, 96, 96, 8, 45.5625",
        "530B, 20480, 105, 128, 35, 31.640625",
        "1T, 25600, 128, 160, 64, 32.958984375"
    })
    void megatron_s_states_are_eighteen_bytes_a_parameter(
            String name, int hidden, int layers, int heads, int stages, double gib) {
        var matrices = 12.0 * layers / stages * hidden * hidden / 8;
        var states = MemoryModel.states(
                Framework.MEGATRON_CLASSIC, Layout.of(8, 1, stages, 1), new StageParameters(matrices, 0, 0));
        assertThat(states.states() / GIB).isCloseTo(gib, within(0.01 * gib));

        // The exact sum has biases and norms too: less than 1 % more.
        var model = ModelShape.gpt(name, 51_200, hidden, layers, heads, 2048);
        var middle = StageParameters.of(model, Layout.of(8, 1, Math.max(3, stages), 1), 1);
        assertThat(middle.total())
                .isBetween(matrices * stages / Math.max(3, stages), 1.01 * matrices * stages / Math.max(3, stages));
    }

    @Test
    void a_pipeline_under_gpipe_holds_all_micro_batches_and_under_1f1b_as_many_as_stages_follow() {
        assertThat(Schedule.GPIPE.inFlight(4, 0, 1, 16)).isEqualTo(16);
        assertThat(Schedule.ONE_F_ONE_B.inFlight(4, 0, 1, 16)).isEqualTo(4);
        assertThat(Schedule.ONE_F_ONE_B.inFlight(4, 3, 1, 16)).isEqualTo(1);
        assertThat(Schedule.ONE_F_ONE_B.inFlight(4, 0, 1, 2)).isEqualTo(2);
        assertThat(Schedule.ONE_F_ONE_B.inFlight(8, 0, 3, 64)).isCloseTo(8 * (1 + 7.0 / 24), within(1e-9));
    }

    @Test
    void the_last_stage_pays_for_logits_and_loss() {
        var training = training(ModelShape.gpt("7B", 51_200, 4096, 32, 32, 2048), 64);
        var layout = Layout.of(1, 8, 4, 2);
        assertThat(MemoryModel.ofStage(training, layout, 0).logits()).isZero();
        assertThat(MemoryModel.ofStage(training, layout, 3).logits()).isEqualTo(2.0 * 2048 * (51_200 * 10 + 4 * 4096));
    }

    private static Training training(ModelShape model, int batch) {
        return new Training(model, 2048, batch, Precision.FP16, Framework.MEGATRON_CLASSIC);
    }

    private static double activations(Training training, Layout layout) {
        return MemoryModel.ofStage(training, layout, 0).activations() / GIB;
    }
}
