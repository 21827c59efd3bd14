package dev.plinth.planner;

import dev.plinth.planner.Planning.Illegal;
import dev.plinth.planner.Planning.Plan;
import dev.plinth.planner.model.FlopConvention;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Chooses the layout of a training. */
public final class Planner {
    private Planner() {}

    /** The fastest layout that fits; or what would fit; or what is wrong with the request. */
    public static Planning plan(PlanRequest request) {
        var complaints = new Legality(request).complaints();
        if (!complaints.isEmpty()) {
            return new Illegal(complaints);
        }
        if (request.accelerators() > request.capacity().total()) {
            return Remedies.tooFewFree(request);
        }
        var result = new Search(request, true).run();
        return result.found().isEmpty() ? Remedies.doesNotFit(request, result) : plan(request, result);
    }

    /** The same answer by predicting every legal layout, slowly: what the search is judged by. */
    public static Planning planExhaustively(PlanRequest request) {
        var result = new Search(request, false).run();
        return result.found().isEmpty() ? Remedies.doesNotFit(request, result) : plan(request, result);
    }

    /**
     * A plan for each number of workers that a job may shrink or grow to; the global batch stays. Numbers for which nothing is legal
     * or fits are left out.
     *
     * @param perWorker accelerators of one worker
     */
    public static SortedMap<Integer, Plan> planEach(
            PlanRequest request, int minWorkers, int maxWorkers, int perWorker) {
        var plans = new TreeMap<Integer, Plan>();
        for (var workers = minWorkers; workers <= maxWorkers; workers++) {
            var smaller = request.on(workers * perWorker);
            if (new Legality(smaller).complaints().isEmpty()
                    && smaller.accelerators() <= request.capacity().total()) {
                var result = new Search(smaller, true).run();
                if (!result.found().isEmpty()) {
                    plans.put(workers, plan(smaller, result));
                }
            }
        }
        return Collections.unmodifiableSortedMap(plans);
    }

    static Plan plan(PlanRequest request, Search.Result result) {
        var training = request.training();
        var best = result.found().getFirst();
        var layout = best.layout();
        var flops = FlopConvention.MODEL.perStep(training.model(), training.globalBatch(), training.sequence());
        var peak = request.accelerator().peak(training.precision()).orElseThrow();
        return new Plan(
                layout,
                Search.proof(request, layout),
                request.accelerator().memoryBytes(),
                best.time(),
                flops / best.time().seconds() / request.accelerators() / peak,
                Traffic.of(training, layout),
                Reasons.of(request, result),
                result.found().subList(1, result.found().size()),
                result.effort());
    }
}
