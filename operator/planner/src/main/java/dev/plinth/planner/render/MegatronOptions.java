package dev.plinth.planner.render;

import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Training;
import java.util.ArrayList;
import java.util.List;

/** Options of Megatron-LM's {@code pretrain_*.py}. */
final class MegatronOptions {
    private MegatronOptions() {}

    static Rendering of(Training training, Layout layout) {
        var options = new ArrayList<String>();
        add(options, "--tensor-model-parallel-size", layout.tensor());
        add(options, "--pipeline-model-parallel-size", layout.pipeline());
        add(options, "--context-parallel-size", layout.context());
        if (training.model().experts().isPresent()) {
            add(options, "--expert-model-parallel-size", layout.expert());
            add(options, "--expert-tensor-parallel-size", 1);
        }
        stages(training, layout, options);
        add(options, "--micro-batch-size", layout.microBatch());
        add(options, "--global-batch-size", training.globalBatch());
        add(options, "--seq-length", training.sequence());
        if (layout.sequenceParallel()) {
            options.add("--sequence-parallel");
        }
        recompute(layout, options);
        if (layout.zero() >= 1) {
            options.addAll(List.of("--use-distributed-optimizer", "--overlap-grad-reduce", "--overlap-param-gather"));
        }
        if (layout.offload() == Offload.HOST) {
            options.addAll(List.of(
                    "--optimizer-cpu-offload",
                    "--optimizer-offload-fraction",
                    "1.0",
                    "--use-precision-aware-optimizer"));
        }
        precision(training, options);
        return Rendering.ofArguments(options);
    }

    private static void stages(Training training, Layout layout, List<String> options) {
        if (layout.virtualStages() > 1) {
            add(options, "--num-virtual-stages-per-pipeline-rank", layout.virtualStages());
        }
        if (training.model().layers() % (layout.pipeline() * layout.virtualStages()) != 0) {
            options.addAll(
                    List.of("--account-for-embedding-in-pipeline-split", "--account-for-loss-in-pipeline-split"));
        }
    }

    private static void recompute(Layout layout, List<String> options) {
        if (layout.recompute() == Recompute.FULL) {
            options.addAll(List.of(
                    "--recompute-granularity", "full", "--recompute-method", "uniform", "--recompute-num-layers", "1"));
        } else if (layout.recompute() == Recompute.SELECTIVE) {
            options.addAll(List.of("--recompute-granularity", "selective"));
        }
    }

    private static void precision(Training training, List<String> options) {
        switch (training.precision()) {
            case FP16 -> options.add("--fp16");
            case BF16 -> options.add("--bf16");
            case FP8 -> options.addAll(List.of("--bf16", "--fp8-format", "hybrid"));
            case MXFP8 -> options.addAll(List.of("--bf16", "--fp8-format", "e4m3", "--fp8-recipe", "mxfp8"));
            case FP4 -> options.addAll(List.of("--bf16", "--fp4-format", "e2m1"));
            case FP32, INT8, INT4 -> {}
        }
    }

    private static void add(List<String> options, String name, int value) {
        options.add(name);
        options.add(Integer.toString(value));
    }
}
