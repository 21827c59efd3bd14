package dev.plinth.controller.planning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Schedule;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each trainer is told is compared with a file, because users' programs depend on every line of it. */
class PlanEnvironmentTest {

    record Told(String golden, TrainingJob job, Layout layout) {
        @Override
        public String toString() {
            return golden;
        }
    }

    static Stream<Told> told() {
        var jax = Asked.llama("torch: {rendezvous: Static}", "jax: {}", "trainer: Megatron", "accelerator: H100");
        return Stream.of(
                new Told(
                        "megatron",
                        Asked.llama(),
                        Layout.of(2, 4, 2, 1)
                                .with(Schedule.ONE_F_ONE_B, 2)
                                .withZero(1)
                                .withSequenceParallel(true)
                                .with(Recompute.FULL)),
                new Told(
                        "deepspeed",
                        Asked.llama("trainer: Megatron", "trainer: DeepSpeed"),
                        Layout.of(1, 16, 1, 2).withZero(3)),
                new Told(
                        "fsdp",
                        Asked.llama("trainer: Megatron", "trainer: FSDP"),
                        Layout.of(1, 16, 1, 2).withZero(3).with(Recompute.SELECTIVE)),
                new Told(
                        "torchtitan",
                        Asked.llama("trainer: Megatron", "trainer: Torchtitan"),
                        Layout.of(2, 4, 2, 1).withZero(3).withSequenceParallel(true)),
                new Told("jax", jax, Layout.of(4, 4, 1, 4).withZero(3).with(Recompute.FULL)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("told")
    void each_trainer_is_told_its_degrees_and_its_own_options(Told told) throws IOException {
        var lines = PlanEnvironment.of(told.job(), Layouts.shown(told.layout(), 512)).stream()
                .map(variable -> variable.name() + "=" + variable.value())
                .collect(Collectors.joining("\n"));

        assertThat(lines.strip()).isEqualTo(golden(told.golden() + ".env"));
    }

    private static String golden(String name) throws IOException {
        try (var in = PlanEnvironmentTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), UTF_8).strip();
        }
    }
}
