package dev.plinth.planner.render;

import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Training;
import java.util.ArrayList;
import java.util.List;

/** Options of torchtitan, PyTorch's own trainer on FSDP2. The mode of recomputation is part of a recipe there, not an option. */
final class TorchtitanOptions {
    private TorchtitanOptions() {}

    static Rendering of(Training training, Layout layout) {
        var options = new ArrayList<String>();
        add(options, "parallelism.data_parallel_replicate_degree", 1);
        add(options, "parallelism.data_parallel_shard_degree", layout.data());
        add(
                options,
                "parallelism.fsdp_reshard_after_forward",
                layout.zero() >= 3 && layout.pipeline() == 1 ? "always" : "never");
        add(options, "parallelism.tensor_parallel_degree", layout.tensor());
        add(options, "parallelism.context_parallel_degree", layout.context());
        if (training.model().experts().isPresent()) {
            add(options, "parallelism.expert_parallel_degree", layout.expert());
        }
        add(options, "parallelism.pipeline_parallel_degree", layout.pipeline());
        if (layout.pipeline() > 1) {
            stages(training, layout, options);
        }
        batch(training, layout, options);
        add(options, "training.seq_len", training.sequence());
        add(options, "training.mixed_precision_param", "bfloat16");
        add(options, "training.mixed_precision_reduce", "float32");
        return Rendering.ofArguments(options);
    }

    /** Gradients are accumulated over local batches; a pipeline takes all micro-batches of a step as one. */
    private static void batch(Training training, Layout layout, List<String> options) {
        var microBatches = layout.pipeline() > 1 ? layout.microBatches(training.globalBatch()) : 1;
        add(options, "training.local_batch_size", layout.microBatch() * microBatches);
        add(options, "training.global_batch_size", training.globalBatch());
    }

    private static void stages(Training training, Layout layout, List<String> options) {
        var parts = layout.pipeline() * layout.virtualStages();
        var even = training.model().layers() % parts == 0;
        add(options, "parallelism.pipeline_parallel_schedule", schedule(layout));
        add(
                options,
                "parallelism.pipeline_parallel_layers_per_stage",
                (training.model().layers() + (even ? 0 : 2)) / parts);
        add(options, "parallelism.pipeline_parallel_first_stage_less_layers", even ? 0 : 1);
        add(options, "parallelism.pipeline_parallel_last_stage_less_layers", even ? 0 : 1);
        add(options, "parallelism.pipeline_parallel_microbatch_size", layout.microBatch());
        // Captured graphs do not reach over stages, and torchtitan does not start with both.
        options.add("--training.disable_cuda_graphs");
    }

    /** Names of {@code torch.distributed.pipelining.schedules}. */
    private static String schedule(Layout layout) {
        return switch (layout.schedule()) {
            case GPIPE -> "GPipe";
            case ONE_F_ONE_B -> layout.virtualStages() > 1 ? "Interleaved1F1B" : "1F1B";
            case ZERO_BUBBLE -> "ZBVZeroBubble";
        };
    }

    private static void add(List<String> options, String name, Object value) {
        options.add("--" + name);
        options.add(value.toString());
    }
}
