package dev.plinth.planner.memory;

import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.StageSplit;
import dev.plinth.planner.layout.Training;

/** Peak memory of one accelerator of each stage. */
public final class MemoryModel {
    /** Share of what comes and goes in a step that allocators lose to fragmentation; chosen on torchtitan's sixteen measured peaks. */
    public static final double FRAGMENTATION = 0.07;

    /** CUDA context, kernels, communication buffers: 1.5 GiB, what nvidia-smi shows beyond the allocator on recent stacks. */
    public static final double RUNTIME_BYTES = 1.5 * (1L << 30);

    private MemoryModel() {}

    public static MemoryUse ofStage(Training training, Layout layout, int stage) {
        var model = training.model();
        var parameters = StageParameters.of(model, layout, stage);
        var states = states(training.framework(), layout, parameters);
        var activations = Activations.of(training, layout);
        var split = StageSplit.of(model, layout.pipeline(), stage);
        var dense = split.dense(model);
        var mixed = split.layers() - dense;
        var perMicroBatch = (dense == 0 ? 0 : dense * activations.perLayer(false, layout.recompute()))
                + (mixed == 0 ? 0 : mixed * activations.perLayer(true, layout.recompute()));
        var kept = perMicroBatch
                * layout.schedule()
                        .inFlight(
                                layout.pipeline(),
                                stage,
                                layout.virtualStages(),
                                layout.microBatches(training.globalBatch()));
        var layer = layerWorkspace(layout, activations, mixed > 0);
        var gathered = gathered(training, layout, parameters);
        var logits = stage == layout.pipeline() - 1 ? logits(training, layout) : 0;
        // What a pipeline gathers stays in place for the whole step; only what comes and goes leaves holes.
        var margin = FRAGMENTATION * (kept + layer + (layout.pipeline() == 1 ? gathered : 0) + logits);
        return new MemoryUse(
                states.weights(),
                states.gradients(),
                states.optimizer(),
                kept,
                layer + gathered,
                logits,
                margin,
                RUNTIME_BYTES);
    }

    /** The stage that needs most. Of stages with equal layers an earlier one holds more micro-batches, so the first of each run is enough. */
    public static MemoryUse peak(Training training, Layout layout) {
        var peak = ofStage(training, layout, layout.pipeline() - 1);
        for (var run : StageSplit.runs(training.model(), layout.pipeline())) {
            peak = larger(peak, ofStage(training, layout, run.first()));
            // The first stage has the embedding besides, which may hide what the second one needs.
            if (run.first() == 0 && run.stages() > 1) {
                peak = larger(peak, ofStage(training, layout, 1));
            }
        }
        return peak;
    }

    private static MemoryUse larger(MemoryUse one, MemoryUse other) {
        return other.total() > one.total() ? other : one;
    }

    /** Bytes of weights, gradients and optimizer; what any layout needs at least. */
    public static MemoryUse states(Framework framework, Layout layout, StageParameters parameters) {
        var bytes = framework.state();
        var replicas = layout.data() * layout.context();
        var weights = shared(parameters, layout, replicas, layout.zero() >= 3) * bytes.weight();
        var gradients = shared(parameters, layout, replicas, layout.zero() >= 2) * bytes.gradient();
        var optimizer = layout.offload() == Offload.NONE
                ? shared(parameters, layout, replicas, layout.zero() >= 1) * bytes.optimizer()
                : 0;
        return new MemoryUse(weights, gradients, optimizer, 0, 0, 0, 0, 0);
    }

    private static double shared(StageParameters parameters, Layout layout, int replicas, boolean divided) {
        return divided
                ? parameters.shared() / replicas + parameters.experts() / layout.expertReplicas()
                : parameters.total();
    }

    /** Bytes of the optimizer that lie on the host or its NVMe, for one accelerator. */
    public static double offloaded(Training training, Layout layout, StageParameters parameters) {
        if (layout.offload() == Offload.NONE) {
            return 0;
        }
        var onDevice = layout.with(Offload.NONE);
        return states(training.framework(), onDevice, parameters).optimizer();
    }

    /** What one layer makes again and the gradients that flow through it. */
    private static double layerWorkspace(Layout layout, Activations activations, boolean experts) {
        var again = layout.recompute() == Recompute.NONE
                ? 0
                : activations.perLayer(experts, Recompute.NONE) - activations.perLayer(experts, layout.recompute());
        return Math.max(0, again) + activations.gradientsInLayer(experts);
    }

    /**
     * Weights gathered for computing and gradients before they are divided: two layers at stage 3, the next being fetched while one
     * is used; the whole stage in a pipeline, where gathering for each micro-batch would cost too much.
     */
    private static double gathered(Training training, Layout layout, StageParameters parameters) {
        if (layout.zero() < 3) {
            return 0;
        }
        var element = 2.0;
        if (layout.pipeline() > 1) {
            return ofPipeline(training, layout, parameters, element);
        }
        var head = (double) training.model().vocabulary() * training.model().hidden() / layout.tensor();
        var largest = Math.max(parameters.largestLayer(), head);
        return 2 * parameters.largestLayer() * element
                + largest * (element + training.framework().state().gradient());
    }

    /**
     * A stage keeps its weights gathered and sums gradients undivided; those of one virtual stage at a time, if it sees all
     * micro-batches before the next one starts. PyTorch has a buffer for every micro-batch's input and gradient.
     */
    private static double ofPipeline(
            Training training, Layout layout, StageParameters parameters, double elementBytes) {
        var microBatches = layout.microBatches(training.globalBatch());
        var turns = microBatches <= layout.pipeline() ? layout.virtualStages() : 1;
        var tokens = (double) layout.microBatch() * training.sequence() / layout.context();
        var buffers = 2 * microBatches * 2 * tokens * training.model().hidden();
        return parameters.total()
                        * (elementBytes + (double) training.framework().state().gradient() / turns)
                + buffers;
    }

    /** Logits and loss, and the head's input and its gradient, which are whole on each tensor rank. */
    private static double logits(Training training, Layout layout) {
        var model = training.model();
        var tokens = (double) layout.microBatch() * training.sequence() / layout.context();
        var columns = (double) model.vocabulary() / layout.tensor();
        return tokens * (columns * training.framework().logitBytes() + 4.0 * model.hidden());
    }
}
