package dev.plinth.planner.time;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.StageSplit;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.memory.StageParameters;

/** Predicts the time of a training step. */
public final class StepTimeModel {
    /** Host link of one accelerator, for offloaded states: PCIe 4.0 x16, one direction, as reached. */
    private static final double HOST_BYTES_PER_SECOND = 20e9;

    private static final double NVME_BYTES_PER_SECOND = 3e9;

    /** What a step costs however small it is: data, learning rate, loss scale, gradient norm, the optimizer's launches. */
    private static final double STEP_SECONDS = 0.01;

    /** Four matrices, their biases, and two norms of two vectors each, in a GPT. */
    private static final int TENSORS_PER_LAYER = 12;

    /** Share of a pass spent on gradients of weights, about a third of it. */
    private static final double WEIGHT_SHARE = 1 / 3.0;

    private final Training training;
    private final Calibration calibration;
    private final Kernels kernels;
    private final Collectives collectives;
    private final double memoryRate;

    public StepTimeModel(Training training, Accelerator accelerator, Fabric fabric, Calibration calibration) {
        this.training = training;
        this.calibration = calibration;
        this.kernels = Kernels.of(accelerator, training.precision(), calibration);
        this.collectives = new Collectives(fabric, calibration);
        this.memoryRate = accelerator.memoryBytesPerSecond() * calibration.memory();
    }

    public StepTime predict(Layout layout) {
        return predict(layout, layers(layout));
    }

    /** Times of one layer with and without experts, which depend on fewer choices than a layout has. */
    public Layers layers(Layout layout) {
        var model = training.model();
        return new Layers(
                model.denseLayers() > 0 ? LayerTime.of(training, layout, false, kernels, collectives) : LayerTime.NONE,
                model.expertLayers() > 0 ? LayerTime.of(training, layout, true, kernels, collectives) : LayerTime.NONE,
                head(layout));
    }

    /** Seconds of one layer of each kind and of the head. */
    public record Layers(LayerTime dense, LayerTime experts, double headForward) {}

    public StepTime predict(Layout layout, Layers layers) {
        var slowest = Pass.NONE;
        var sum = 0.0;
        for (var run : StageSplit.runs(training.model(), layout.pipeline())) {
            var hasHead = run.first() + run.stages() == layout.pipeline();
            var pass = pass(layout, layers, run, 0);
            sum += (run.stages() - (hasHead ? 1 : 0)) * pass.seconds();
            slowest = pass.seconds() > slowest.seconds() ? pass : slowest;
            if (hasHead) {
                var last = pass(layout, layers, run, layers.headForward());
                sum += last.seconds();
                slowest = last.seconds() > slowest.seconds() ? last : slowest;
            }
        }
        var microBatches = layout.microBatches(training.globalBatch());
        var others = layout.pipeline() == 1 ? 0 : (sum - slowest.seconds()) / (layout.pipeline() - 1);
        var bubble = others * layout.schedule().bubble(layout.pipeline(), layout.virtualStages(), WEIGHT_SHARE);
        var parameters = StageParameters.of(training.model(), layout, 0);
        return new StepTime(
                microBatches * slowest.compute() + accumulation(layout, parameters, microBatches),
                microBatches * slowest.again(),
                microBatches * slowest.tensor(),
                microBatches * slowest.expert(),
                microBatches * slowest.context(),
                messages(layout, microBatches),
                bubble,
                data(layout, parameters, slowest, microBatches),
                optimizer(layout, parameters),
                calibration.band());
    }

    /** A bound from below for any schedule, recomputation and sharing: the slowest stage is no faster than the mean of them. */
    public double atLeast(Layout layout, Layers layers) {
        var model = training.model();
        var all = model.denseLayers() * layers.dense().computation()
                + model.expertLayers() * layers.experts().computation()
                + 3 * layers.headForward();
        return layout.microBatches(training.globalBatch()) * all / layout.pipeline();
    }

    /** One micro-batch through one stage, forward and backward. */
    private record Pass(double forward, double backward, double again, double tensor, double expert, double context) {
        static final Pass NONE = new Pass(0, 0, 0, 0, 0, 0);

        double compute() {
            return forward + backward;
        }

        double seconds() {
            return forward + backward + again + tensor + expert + context;
        }
    }

    private Pass pass(Layout layout, Layers layers, StageSplit.Run run, double head) {
        var dense = run.dense();
        var mixed = run.mixed();
        var forward =
                dense * layers.dense().forward() + mixed * layers.experts().forward();
        var backward =
                dense * layers.dense().backward() + mixed * layers.experts().backward();
        var full = layout.recompute() == Recompute.FULL;
        var again = switch (layout.recompute()) {
            case NONE -> 0;
            case SELECTIVE ->
                dense * layers.dense().selectedAgain()
                        + mixed * layers.experts().selectedAgain();
            case FULL -> forward;
        };
        var passes = full ? 3 : 2;
        var attention = 0.5 * forward;
        var ring = dense * layers.dense().context() + mixed * layers.experts().context();
        return new Pass(
                forward + head,
                backward + 2 * head,
                again,
                passes
                        * calibration.tensorExposure()
                        * (dense * layers.dense().tensor()
                                + mixed * layers.experts().tensor()),
                passes * calibration.expertExposure() * mixed * layers.experts().expert(),
                passes * Math.max(0.05 * ring, ring - attention));
    }

    /** The head and the loss of one micro-batch, forward. */
    private double head(Layout layout) {
        var tokens = (double) layout.microBatch() * training.sequence() / layout.context();
        var columns = (double) training.model().vocabulary() / layout.tensor();
        return kernels.sixteenBitMatmuls(1, tokens, columns, training.model().hidden())
                + kernels.elementwise(tokens * columns * training.framework().logitBytes());
    }

    /** Activations to the next stage and their gradients back; tensor ranks send a part each. */
    private double messages(Layout layout, int microBatches) {
        if (layout.pipeline() == 1) {
            return 0;
        }
        var tokens = (double) layout.microBatch() * training.sequence() / layout.context();
        var bytes = 2 * tokens * training.model().hidden() / layout.tensor();
        var both = 2 * collectives.send(bytes, layout.stageStride());
        return both
                * (calibration.pipelineExposure() * microBatches * layout.virtualStages() + (layout.pipeline() - 1));
    }

    private double data(Layout layout, StageParameters parameters, Pass pass, int microBatches) {
        var gather = gathering(layout, parameters, 2);
        var reduce = gathering(layout, parameters, gradientBytes());
        if (!training.framework().overlaps()) {
            return layout.zero() < 3 ? gather + reduce : microBatches * tensorByTensor(layout, parameters);
        }
        var least = calibration.dataExposure() * (gather + reduce);
        if (layout.zero() < 3) {
            return Math.max(least, Math.max(0, reduce - pass.backward()) + Math.max(0, gather - pass.forward()));
        }
        // Weights are gathered before each pass and gradients divided after it: of each micro-batch, or of the step in
        // a pipeline.
        var times = layout.pipeline() == 1 ? microBatches : 1;
        var forward = Math.max(calibration.dataExposure() * gather, gather - pass.forward());
        var back = gather + reduce;
        var backward = Math.max(calibration.dataExposure() * back, back - pass.backward() - pass.again());
        return times * (forward + backward);
    }

    /** Megatron sums gradients in fp32 unless the weights are fp16; the others in the precision of the weights. */
    private int gradientBytes() {
        return switch (training.framework()) {
            case MEGATRON -> 4;
            case MEGATRON_CLASSIC -> training.precision() == Precision.BF16 ? 4 : 2;
            default -> 2;
        };
    }

    /** ZeRO-3 of 2021 gathers each tensor on its own, twice, and reduces its gradient, around a ring of all ranks. */
    private double tensorByTensor(Layout layout, StageParameters parameters) {
        var tensors = 3 * TENSORS_PER_LAYER * training.model().layers();
        var bytes = 3 * 2 * parameters.total();
        return collectives.flatRing(bytes, tensors, layout.context() * layout.data());
    }

    /**
     * Each further micro-batch adds its gradients to the sum: in a kernel of its own in sixteen bits; in fp32 in the product itself,
     * which hides about half of it.
     */
    private double accumulation(Layout layout, StageParameters parameters, int microBatches) {
        if (layout.zero() >= 3) {
            return 0;
        }
        var bytes = gradientBytes() == 4 ? 4 : 3 * 2;
        return (microBatches - 1) * parameters.total() * bytes / memoryRate;
    }

    /** Half of an all-reduce over the ranks that hold the same weights, for elements of so many bytes. */
    /** All replicas gather the weights or reduce the gradients of a stage, at once or, where shards are kept, layer by layer. */
    private double gathering(Layout layout, StageParameters parameters, double elementBytes) {
        var replicas = layout.context() * layout.data();
        var bytes = parameters.shared() * elementBytes;
        boolean byLayer = layout.zero() >= 3 || training.framework().gathersShards();
        var pieces = byLayer ? Math.max(1, training.model().layers() / layout.pipeline()) : 1;
        var shared = layout.zero() == 0
                ? collectives.reduceScatter(bytes, replicas, layout.tensor())
                : collectives.shards(bytes, pieces, replicas, layout.tensor());
        var experts = parameters.experts() == 0
                ? 0
                : collectives.reduceScatter(
                        parameters.experts() * elementBytes, layout.expertReplicas(), layout.expert());
        return shared + experts;
    }

    private double optimizer(Layout layout, StageParameters parameters) {
        var mine = layout.zero() >= 1
                ? parameters.shared() / (layout.context() * layout.data())
                        + parameters.experts() / layout.expertReplicas()
                : parameters.total();
        // Adam reads the gradient, reads and writes fp32 weight and two moments, writes the weight.
        var onDevice = mine * (4 + 2 * 12 + 2) / memoryRate;
        var moved = switch (layout.offload()) {
            case NONE -> onDevice;
            case HOST -> mine * (4 + 2) / HOST_BYTES_PER_SECOND;
            case NVME -> mine * (2 * 12 + 4 + 2) / NVME_BYTES_PER_SECOND;
        };
        return STEP_SECONDS + (layout.offload() == Offload.NONE ? onDevice : moved);
    }
}
