package dev.plinth.planner;

import dev.plinth.planner.Planning.Alternative;
import dev.plinth.planner.Planning.Effort;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.memory.MemoryModel;
import dev.plinth.planner.memory.MemoryUse;
import dev.plinth.planner.memory.StageParameters;
import dev.plinth.planner.time.Calibrations;
import dev.plinth.planner.time.StepTimeModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Looks through all legal layouts for the fastest that fit, one for each set of degrees.
 *
 * <p>Two bounds spare most of the work, and neither can lose a better layout. Memory: weights, gradients and optimizer are there
 * whatever the micro-batch, schedule and recomputation; if they alone do not fit, nothing with these degrees does. Time: the
 * slowest stage takes at least the mean of all, so micro-batches times that mean is a bound from below for each schedule and
 * recomputation; if it is above the {@link #KEPT}th best, nothing with these degrees and this micro-batch is kept.
 */
final class Search {
    /** The best and its alternatives. */
    static final int KEPT = 5;

    private final PlanRequest request;
    private final Choices choices;
    private final StepTimeModel times;
    private final boolean pruning;
    private final TreeMap<Degrees, Alternative> best = new TreeMap<>();
    private double worstKept = Double.POSITIVE_INFINITY;
    private double leastMemory = Double.POSITIVE_INFINITY;
    private long evaluated;
    private long withoutMemory;
    private long tooSlow;
    private boolean complete = true;

    /** @param pruning off only to judge the search by */
    Search(PlanRequest request, boolean pruning) {
        this.request = request;
        this.pruning = pruning;
        var training = request.training();
        Fabric fabric = request.capacity().forJob(request.accelerators());
        choices = new Choices(request);
        var calibration = Calibrations.of(request.accelerator(), training.precision(), training.framework());
        times = new StepTimeModel(training, request.accelerator(), fabric, calibration);
    }

    /**
     * @param found best first; empty if nothing fits
     * @param leastBytes that any layout needs, if none fits
     */
    record Result(List<Alternative> found, double leastBytes, Effort effort) {}

    Result run() {
        for (var degrees : choices.degrees()) {
            for (var zero : choices.zero(degrees)) {
                if (evaluated >= request.evaluations()) {
                    complete = false;
                    break;
                }
                search(degrees, zero);
            }
        }
        var found = new ArrayList<>(best.values());
        found.sort(FASTEST_FIRST);
        var kept = found.subList(0, Math.min(KEPT, found.size()));
        var effort = new Effort(evaluated + withoutMemory + tooSlow, evaluated, withoutMemory, tooSlow, complete);
        return new Result(List.copyOf(kept), leastMemory, effort);
    }

    static final Comparator<Alternative> FASTEST_FIRST = Comparator.comparingDouble(
                    (Alternative each) -> each.time().seconds())
            .thenComparing(Alternative::layout);

    private void search(Degrees degrees, int zero) {
        var least = leastMemory(degrees, zero);
        if (least > request.accelerator().memoryBytes()) {
            leastMemory = Math.min(leastMemory, least);
            if (pruning) {
                withoutMemory += choices.countBelow(degrees);
                return;
            }
        }
        for (var microBatch : choices.microBatches(degrees)) {
            var any = choices.layout(degrees, zero, microBatch);
            var layers = times.layers(any);
            var inner = choices.below(any);
            if (pruning && times.atLeast(any, layers) > worstKept) {
                tooSlow += inner.size();
                continue;
            }
            for (var layout : inner) {
                evaluate(degrees, layout, layers);
            }
        }
    }

    private void evaluate(Degrees degrees, Layout layout, StepTimeModel.Layers layers) {
        evaluated++;
        var peak = MemoryModel.peak(request.training(), layout);
        if (peak.total() > request.accelerator().memoryBytes()) {
            leastMemory = Math.min(leastMemory, peak.total());
            return;
        }
        var candidate = new Alternative(layout, times.predict(layout, layers), peak);
        var known = best.get(degrees);
        if (known == null || FASTEST_FIRST.compare(candidate, known) < 0) {
            best.put(degrees, candidate);
            worstKept = kthBest();
        }
    }

    /** One layout, legal or not, as it is predicted here. */
    Alternative judge(Layout layout) {
        return new Alternative(layout, times.predict(layout), MemoryModel.peak(request.training(), layout));
    }

    private double kthBest() {
        if (best.size() < KEPT) {
            return Double.POSITIVE_INFINITY;
        }
        var seconds = new ArrayList<>(
                best.values().stream().map(each -> each.time().seconds()).toList());
        Collections.sort(seconds);
        return seconds.get(KEPT - 1);
    }

    /** What the states of the fullest stage take, whatever else is chosen. */
    private double leastMemory(Degrees degrees, int zero) {
        var layout = choices.layout(degrees, zero, 1);
        var most = 0.0;
        for (var stage : new int[] {0, layout.pipeline() - 1}) {
            var parameters = StageParameters.of(request.training().model(), layout, stage);
            most = Math.max(
                    most,
                    MemoryModel.states(request.training().framework(), layout, parameters)
                            .states());
        }
        return most + MemoryModel.RUNTIME_BYTES;
    }

    /** Bytes by stage: the proof that a layout fits. */
    static List<MemoryUse> proof(PlanRequest request, Layout layout) {
        var stages = new ArrayList<MemoryUse>();
        for (var stage = 0; stage < layout.pipeline(); stage++) {
            stages.add(MemoryModel.ofStage(request.training(), layout, stage));
        }
        return stages;
    }

    /** Bytes on the host for one accelerator. */
    static double onHost(PlanRequest request, Layout layout) {
        return layout.offload() == Offload.NONE
                ? 0
                : MemoryModel.offloaded(
                        request.training(),
                        layout,
                        StageParameters.of(request.training().model(), layout, 0));
    }
}
