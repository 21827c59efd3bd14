package dev.plinth.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerCountsTest {
    private static final int PER_WORKER = 8;

    @Test
    void each_number_of_workers_that_divides_the_batch_has_its_plan() {
        var plans = WorkerCounts.between(WorkerCountsTest::request, 1, 8);

        assertThat(plans.keySet()).containsExactly(1, 2, 4, 8);
        assertThat(plans.values())
                .allSatisfy(plan -> assertThat(plan.layout().microBatches(512)
                                * plan.layout().microBatch()
                                * plan.layout().data())
                        .isEqualTo(512));
        var seconds = plans.values().stream().map(plan -> plan.time().seconds()).toList();
        assertThat(seconds).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 20})
    void the_nearest_are_those_of_all_that_lie_nearest(int workers) {
        var all = new TreeMap<>(WorkerCounts.between(WorkerCountsTest::request, 1, 64));
        all.remove(workers);

        var around = WorkerCounts.around(WorkerCountsTest::request, workers, 64);

        var nearest = new TreeMap<>(nearest(all.headMap(workers, false).descendingMap()));
        nearest.putAll(nearest(all.tailMap(workers)));
        assertThat(around).isEqualTo(nearest);
    }

    @Test
    void nothing_is_planned_for_more_workers_than_there_may_be() {
        assertThat(WorkerCounts.around(WorkerCountsTest::request, 2, 5).keySet())
                .containsExactly(1, 4);
        assertThat(WorkerCounts.around(WorkerCountsTest::request, 2, 1).keySet())
                .containsExactly(1);
    }

    @Test
    void a_number_for_which_nothing_fits_is_left_out() {
        var around = WorkerCounts.around(workers -> Requests.llama70b(workers * PER_WORKER), 4, 4);

        assertThat(around.keySet()).isSubsetOf(2, 3).doesNotContain(1);
    }

    private static PlanRequest request(int workers) {
        return Requests.llama8b(workers * PER_WORKER);
    }

    private static SortedMap<Integer, Planning.Plan> nearest(SortedMap<Integer, Planning.Plan> nearestFirst) {
        var nearest = new TreeMap<Integer, Planning.Plan>();
        nearestFirst.entrySet().stream()
                .limit(WorkerCounts.MOST_EACH_WAY)
                .forEach(each -> nearest.put(each.getKey(), each.getValue()));
        return nearest;
    }
}
