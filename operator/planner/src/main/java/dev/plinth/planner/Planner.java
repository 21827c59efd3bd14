package dev.plinth.planner;

import dev.plinth.planner.Planning.Alternative;
import dev.plinth.planner.Planning.Illegal;
import dev.plinth.planner.Planning.Plan;
import dev.plinth.planner.model.FlopConvention;
import java.util.ArrayList;
import java.util.List;

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

    /** A layout that was chosen for another capacity, with its alternatives that are slower here too, as predicted for this one. */
    static Plan judge(PlanRequest request, Plan plan) {
        var search = new Search(request, true);
        var found = new ArrayList<Alternative>();
        found.add(search.judge(plan.layout()));
        plan.alternatives().stream()
                .map(other -> search.judge(other.layout()))
                .filter(other ->
                        other.time().seconds() >= found.getFirst().time().seconds())
                .sorted(Search.FASTEST_FIRST)
                .forEachOrdered(found::add);
        return plan(request, new Search.Result(List.copyOf(found), 0, plan.effort()));
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
                request.capacity().forJob(request.accelerators()),
                best.time(),
                flops / best.time().seconds() / request.accelerators() / peak,
                Traffic.of(training, layout),
                Reasons.of(request, result),
                result.found().subList(1, result.found().size()),
                result.effort());
    }
}
