package dev.plinth.planner;

import dev.plinth.planner.Planning.Plan;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Plans for other numbers of workers, so that what shrinking and growing would bring is known before it is needed. The global batch
 * stays. Numbers for which nothing is legal or fits are left out.
 */
public final class WorkerCounts {
    /** Most plans for fewer workers, and for more. */
    public static final int MOST_EACH_WAY = 4;

    /** Most searches each way: where so many numbers that are legal have no layout that fits, those beyond rarely have. */
    private static final int MOST_SEARCHES = 8;

    /** Most numbers that are looked at each way; whether any layout is legal is told without a search. */
    private static final int MOST_NUMBERS = 512;

    private final IntFunction<PlanRequest> asked;

    private WorkerCounts(IntFunction<PlanRequest> asked) {
        this.asked = asked;
    }

    /**
     * A plan for each number between two.
     *
     * @param asked the request for a number of workers
     */
    public static SortedMap<Integer, Plan> between(IntFunction<PlanRequest> asked, int min, int max) {
        var counts = new WorkerCounts(asked);
        var plans = new TreeMap<Integer, Plan>();
        for (var workers = min; workers <= max; workers++) {
            var number = workers;
            counts.plan(number).ifPresent(plan -> plans.put(number, plan));
        }
        return Collections.unmodifiableSortedMap(plans);
    }

    /**
     * Plans for the nearest numbers below and above this one, which is left out itself.
     *
     * @param asked the request for a number of workers
     * @param max largest number
     */
    public static SortedMap<Integer, Plan> around(IntFunction<PlanRequest> asked, int workers, int max) {
        var counts = new WorkerCounts(asked);
        var plans = new TreeMap<>(counts.towards(workers, 1));
        plans.putAll(counts.towards(workers, Math.max(workers, max)));
        return Collections.unmodifiableSortedMap(plans);
    }

    private SortedMap<Integer, Plan> towards(int workers, int end) {
        var plans = new TreeMap<Integer, Plan>();
        var step = Integer.signum(end - workers);
        var searches = 0;
        for (var away = 1; away <= Math.min(MOST_NUMBERS, Math.abs(end - workers)); away++) {
            if (plans.size() == MOST_EACH_WAY || searches == MOST_SEARCHES) {
                break;
            }
            var number = workers + step * away;
            if (isLegal(asked.apply(number))) {
                searches++;
                plan(number).ifPresent(plan -> plans.put(number, plan));
            }
        }
        return plans;
    }

    private Optional<Plan> plan(int workers) {
        var request = asked.apply(workers);
        if (!isLegal(request)) {
            return Optional.empty();
        }
        var result = new Search(request, true).run();
        return result.found().isEmpty() ? Optional.empty() : Optional.of(Planner.plan(request, result));
    }

    private static boolean isLegal(PlanRequest request) {
        return request.accelerators() <= request.capacity().total()
                && new Legality(request).complaints().isEmpty()
                && !new Choices(request).degrees().isEmpty();
    }
}
