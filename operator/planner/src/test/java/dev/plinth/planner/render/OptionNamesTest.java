package dev.plinth.planner.render;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every name that can be rendered is one that the framework itself declares; {@code testbed/scripts/option-names.py} lists those. */
class OptionNamesTest {
    private static final Pattern JSON = Pattern.compile("\"(\\w+)\"\\s*:\\s*([{]?)|([}])");

    @Test
    void megatron_knows_every_option() throws IOException {
        assertThat(options(Framework.MEGATRON))
                .contains("--fp8-recipe", "--fp4-format", "--optimizer-cpu-offload", "--recompute-granularity")
                .isSubsetOf(declared("megatron-lm"));
    }

    @Test
    void torchtitan_knows_every_option_of_its_own_and_of_fsdp() throws IOException {
        assertThat(options(Framework.TORCHTITAN))
                .contains("--parallelism.pipeline_parallel_schedule", "--parallelism.expert_parallel_degree")
                .isSubsetOf(declared("torchtitan"));
        assertThat(options(Framework.FSDP)).isSubsetOf(declared("torchtitan"));
    }

    @Test
    void deepspeed_knows_its_options_and_every_key_of_its_file() throws IOException {
        var declared = declared("deepspeed");
        assertThat(options(Framework.DEEPSPEED)).isNotEmpty().isSubsetOf(declared);
        var keys = renderings(Framework.DEEPSPEED)
                .flatMap(rendering -> rendering.files().values().stream())
                .flatMap(json -> keys(json).stream())
                .collect(Collectors.toSet());
        assertThat(keys)
                .contains("zero_optimization.offload_optimizer.nvme_path", "train_batch_size")
                .isSubsetOf(declared);
    }

    /** The variables are our own; a program hands them to {@code jax.make_mesh} in this order. */
    @Test
    void a_jax_mesh_takes_shape_and_axes_in_the_order_that_we_say() throws IOException {
        assertThat(declared("jax")).startsWith("make_mesh.axis_shapes", "make_mesh.axis_names");
    }

    private static List<String> options(Framework framework) {
        return renderings(framework)
                .flatMap(rendering -> rendering.arguments().stream())
                .filter(argument -> argument.startsWith("--"))
                .distinct()
                .toList();
    }

    /** What is rendered of everything that a plan can say, one thing at a time. */
    private static Stream<Rendering> renderings(Framework framework) {
        var models = List.of(Models.llama405b(), Models.mixtral());
        return models.stream()
                .flatMap(model -> Stream.of(Precision.values())
                        .flatMap(precision -> layouts(model)
                                .map(layout ->
                                        Rendering.of(new Training(model, 8192, 512, precision, framework), layout))));
    }

    private static Stream<Layout> layouts(ModelShape model) {
        var plain = Layout.of(8, 4, 1, 1).withSequenceParallel(true);
        var stages = Layout.of(8, 4, 16, 1);
        var varied = new ArrayList<>(List.of(
                plain,
                plain.withContext(2),
                plain.withExpert(model.experts().isPresent() ? 8 : 1),
                stages,
                stages.with(Schedule.ONE_F_ONE_B, 4),
                stages.with(Schedule.GPIPE, 1),
                stages.with(Schedule.ZERO_BUBBLE, 2)));
        Stream.of(0, 1, 2, 3).map(plain::withZero).forEach(varied::add);
        Stream.of(Recompute.values()).map(plain::with).forEach(varied::add);
        Stream.of(Offload.values()).map(plain::with).forEach(varied::add);
        return varied.stream();
    }

    private static List<String> declared(String framework) throws IOException {
        var file = "options/" + framework + ".txt";
        try (var in = OptionNamesTest.class.getResourceAsStream(file)) {
            assertThat(in).as(file).isNotNull();
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }
    }

    /** Keys of objects that hold no other object, with those they lie in. */
    private static List<String> keys(String json) {
        var keys = new ArrayList<String>();
        var outer = new ArrayDeque<String>();
        var found = JSON.matcher(json);
        while (found.find()) {
            if (found.group(3) != null) {
                outer.pollLast();
            } else if (found.group(2).isEmpty()) {
                keys.add(
                        Stream.concat(outer.stream(), Stream.of(found.group(1))).collect(Collectors.joining(".")));
            } else {
                outer.addLast(found.group(1));
            }
        }
        return keys;
    }
}
