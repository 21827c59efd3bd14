package dev.plinth.planner.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Schedule;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.ModelShape;
import dev.plinth.planner.model.Models;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Each rendering equals a file that was compared with the framework's own list of options. */
class RenderingTest {
    private static String render(ModelShape model, Framework framework, Precision precision, Layout layout) {
        var rendering = Rendering.of(new Training(model, 8192, 512, precision, framework), layout);
        var text = new StringBuilder();
        for (var argument : rendering.arguments()) {
            text.append(argument.startsWith("--") && !text.isEmpty() ? "\n" : text.isEmpty() ? "" : " ");
            text.append(argument);
        }
        rendering.environment().forEach((name, value) -> text.append("%s=%s%n".formatted(name, value)));
        rendering.files().forEach((name, content) -> text.append("%n# %s%n%s".formatted(name, content)));
        return text.toString().strip();
    }

    private static String golden(String name) throws IOException {
        try (var in = RenderingTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    @Test
    void megatron_dense_interleaved_with_uneven_ends() throws IOException {
        var layout = Layout.of(8, 4, 16, 1)
                .withContext(2)
                .with(Schedule.ONE_F_ONE_B, 4)
                .withZero(1)
                .withSequenceParallel(true)
                .with(Recompute.FULL);
        assertThat(render(Models.llama405b(), Framework.MEGATRON, Precision.FP8, layout))
                .isEqualTo(golden("megatron-dense.txt"));
    }

    @Test
    void megatron_experts_with_the_optimizer_on_the_host() throws IOException {
        var layout = Layout.of(2, 32, 1, 2)
                .withExpert(8)
                .withZero(1)
                .withSequenceParallel(true)
                .with(Offload.HOST);
        assertThat(render(Models.mixtral(), Framework.MEGATRON, Precision.BF16, layout))
                .isEqualTo(golden("megatron-experts.txt"));
    }

    @Test
    void deepspeed_on_nvme() throws IOException {
        var layout = Layout.of(1, 64, 1, 4).withZero(3).with(Offload.NVME);
        assertThat(render(Models.llama8b(), Framework.DEEPSPEED, Precision.BF16, layout))
                .isEqualTo(golden("deepspeed-nvme.txt"));
    }

    @Test
    void torchtitan_with_all_dimensions() throws IOException {
        var layout = Layout.of(8, 4, 8, 1)
                .withContext(2)
                .with(Schedule.ONE_F_ONE_B, 2)
                .withZero(3)
                .withSequenceParallel(true);
        assertThat(render(Models.llama405b(), Framework.TORCHTITAN, Precision.BF16, layout))
                .isEqualTo(golden("torchtitan.txt"));
    }

    @Test
    void jax_mesh() throws IOException {
        var layout = Layout.of(4, 16, 1, 2).withZero(3).with(Recompute.FULL);
        assertThat(render(Models.llama8b(), Framework.JAX, Precision.BF16, layout))
                .isEqualTo(golden("jax.txt"));
    }
}
