package dev.plinth.planner;

import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.memory.MemoryModel;
import dev.plinth.planner.time.Calibrations;
import dev.plinth.planner.time.StepTime;
import dev.plinth.planner.time.StepTimeModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Says in sentences why a layout was taken. */
final class Reasons {
    private static final double GIB = 1L << 30;

    private Reasons() {}

    static List<String> of(PlanRequest request, Search.Result result) {
        var reasons = new ArrayList<String>();
        var best = result.found().getFirst();
        memory(request, best.layout(), reasons);
        recompute(request, best.layout(), reasons);
        tensor(request, best.layout(), reasons);
        if (result.found().size() > 1) {
            reasons.add(next(best.time(), result.found().get(1)));
        }
        precision(request, best.layout(), reasons);
        hardware(request, reasons);
        reasons.add("Of %d legal layouts %d were predicted; %d cannot fit, and %d cannot be among the fastest.%s"
                .formatted(
                        result.effort().legal(),
                        result.effort().evaluated(),
                        result.effort().withoutMemory(),
                        result.effort().tooSlow(),
                        result.effort().complete() ? "" : " The search was cut short, so a better one may exist."));
        return reasons;
    }

    private static void memory(PlanRequest request, Layout layout, List<String> reasons) {
        var peak = MemoryModel.peak(request.training(), layout);
        reasons.add(
                "It fits: the fullest stage needs %.1f GiB of %.1f GiB, %.1f GiB of it for weights, gradients and optimizer."
                        .formatted(peak.total() / GIB, request.accelerator().memoryBytes() / GIB, peak.states() / GIB));
        var host = Search.onHost(request, layout);
        if (host > 0) {
            reasons.add("%.1f GiB of the optimizer's state of each accelerator are on %s."
                    .formatted(host / GIB, layout.offload()));
        }
    }

    private static void recompute(PlanRequest request, Layout layout, List<String> reasons) {
        if (layout.recompute() == Recompute.NONE || request.wishes().recompute().isPresent()) {
            return;
        }
        var without = MemoryModel.peak(request.training(), layout.with(Recompute.NONE))
                .total();
        if (without > request.accelerator().memoryBytes()) {
            reasons.add("Activations are computed again (%s), for if all were kept %.1f GiB would be needed."
                    .formatted(layout.recompute().toString().toLowerCase(Locale.ROOT), without / GIB));
        }
    }

    private static void tensor(PlanRequest request, Layout layout, List<String> reasons) {
        if (layout.tensor() == 1) {
            return;
        }
        var fabric = request.capacity().forJob(request.accelerators());
        var inside = layout.tensor() <= fabric.innermost();
        reasons.add((inside
                        ? "The %d ranks that share each matrix lie together on the fast link of %d accelerators."
                        : "The %d ranks that share each matrix reach over the network: only %d accelerators lie together on a fast link.")
                .formatted(layout.tensor(), fabric.innermost()));
    }

    /** Precision changes what is learned, so it is the user's to choose; but he should know the price. */
    private static void precision(PlanRequest request, Layout layout, List<String> reasons) {
        var training = request.training();
        var accelerator = request.accelerator();
        if (training.precision().bytes() == 2 && accelerator.peak(Precision.FP8).isPresent()) {
            var eight = training.with(Precision.FP8);
            var calibration = Calibrations.of(accelerator, Precision.FP8, training.framework());
            var fabric = request.capacity().forJob(request.accelerators());
            var time = new StepTimeModel(eight, accelerator, fabric, calibration).predict(layout);
            reasons.add("In FP8 the same layout would take %.2f s.".formatted(time.seconds()));
        }
    }

    /** What is not known of the accelerators, and taken at its least. */
    private static void hardware(PlanRequest request, List<String> reasons) {
        var accelerator = request.accelerator();
        var together = request.capacity().fabric().innermost();
        if (accelerator.reachesBeyondNode() && together <= accelerator.perNode()) {
            reasons.add(
                    "The fast link of %s can join %d over several nodes, but nothing says which nodes share one, so no more than the %d of a node are counted on."
                            .formatted(accelerator.name(), accelerator.scaleUp(), together));
        }
        var calibration = Calibrations.hardware(accelerator);
        if (!calibration.measured()) {
            reasons.add(
                    "No table of measured steps speaks of %s: it is taken to reach %.0f %% of its peak, and the band is wide."
                            .formatted(
                                    accelerator.name(),
                                    100 * calibration.matmul(request.training().precision())));
        }
    }

    private static String next(StepTime best, Planning.Alternative other) {
        var differences = new TreeMap<Double, String>();
        differences.put(other.time().compute() - best.compute(), "computation");
        differences.put(other.time().recompute() - best.recompute(), "recomputation");
        differences.put(other.time().tensor() - best.tensor(), "tensor-parallel communication");
        differences.put(other.time().expert() - best.expert(), "expert communication");
        differences.put(other.time().pipeline() - best.pipeline(), "messages between stages");
        differences.put(other.time().bubble() - best.bubble(), "the pipeline's bubble");
        differences.put(other.time().data() - best.data(), "data-parallel communication");
        differences.put(other.time().optimizer() - best.optimizer(), "the optimizer");
        return "The next best (%s) is %.1f %% slower, most of it by %s."
                .formatted(
                        other.layout(),
                        100 * (other.time().seconds() / best.seconds() - 1),
                        differences.lastEntry().getValue());
    }
}
