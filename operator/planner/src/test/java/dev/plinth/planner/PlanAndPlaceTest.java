package dev.plinth.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plinth.planner.PlanAndPlace.Places;
import dev.plinth.planner.Planning.Plan;
import dev.plinth.planner.hardware.CapacityProfile;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.Fabric.Tier;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Recompute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Planning and placing by turns is judged by placing every legal layout. */
class PlanAndPlaceTest {
    private static final int ACCELERATORS = 32;

    @Test
    void a_place_as_it_was_counted_on_needs_one_look() {
        var asked = new ArrayList<Plan>();
        var request = Requests.llama8b(ACCELERATORS);

        var plan = PlanAndPlace.decide(request, placed -> {
            asked.add(placed);
            return Optional.of(request.capacity());
        });

        assertThat(plan).isEqualTo(Planner.plan(request));
        assertThat(asked).hasSize(1);
    }

    @Test
    void without_a_place_the_plan_is_that_for_the_free_room() {
        var request = Requests.llama8b(ACCELERATORS);

        assertThat(PlanAndPlace.decide(request, _ -> Optional.empty())).isEqualTo(Planner.plan(request));
    }

    @Test
    void what_cannot_be_planned_is_not_placed() {
        var request = Requests.llama8b(ACCELERATORS).with(Wishes.none().withTensor(3));

        assertThat(PlanAndPlace.decide(request, _ -> {
                    throw new AssertionError("there is nothing to place");
                }))
                .isInstanceOf(Planning.Illegal.class);
    }

    @Test
    void a_place_that_is_cut_smaller_than_was_counted_on_gets_the_layout_that_is_best_there() {
        var request = Requests.llama70b(ACCELERATORS);
        var pairs = scattered(2);

        var plan = (Plan) PlanAndPlace.decide(request, _ -> Optional.of(pairs));

        assertThat(((Plan) Planner.plan(request)).layout().tensor()).isGreaterThan(2);
        assertThat(plan).isEqualTo(Planner.plan(request.with(pairs)));
    }

    @Test
    void workers_that_have_their_place_get_another_layout_only_if_it_is_worth_a_restart() {
        var there = Requests.llama8b(ACCELERATORS).with(scattered(8));
        var best = (Plan) Planner.plan(there);

        assertThat(PlanAndPlace.seated(there, best.layout())).isEqualTo(best);
        var close = best.alternatives().stream()
                .filter(other -> other.time().seconds() <= best.time().seconds() * (1 + PlanAndPlace.WORTH_A_RESTART))
                .findFirst()
                .orElseThrow()
                .layout();
        assertThat(PlanAndPlace.seated(there, close).layout()).isEqualTo(close);
        var poor = best.layout().with(Recompute.FULL);
        assertThat(PlanAndPlace.seated(there, poor).layout()).isEqualTo(best.layout());
    }

    @Property
    void where_the_place_is_the_same_for_all_the_best_of_all_layouts_is_found(@ForAll @IntRange(max = 3) int place) {
        var request = smallBatch();
        var there = places().get(place);

        var plan = (Plan) PlanAndPlace.decide(request, _ -> Optional.of(there));

        assertThat(plan.layout()).isEqualTo(((Plan) Planner.planExhaustively(request.with(there))).layout());
    }

    @Property(tries = 40)
    void it_is_never_worse_than_planning_once_nor_better_than_can_be_and_told_as_it_will_be(@ForAll long seed) {
        var request = smallBatch();
        var asked = new ArrayList<Plan>();
        Places places = wanted -> {
            asked.add(wanted);
            return Optional.of(placeOf(wanted.layout(), seed));
        };

        var plan = (Plan) PlanAndPlace.decide(request, places);

        var once = (Plan) Planner.plan(request);
        assertThat(asked).hasSizeLessThanOrEqualTo(PlanAndPlace.MOST_ROUNDS).doesNotHaveDuplicates();
        assertThat(plan.time().seconds())
                .isCloseTo(seconds(request, plan.layout(), seed), within(1e-12))
                .isLessThanOrEqualTo(seconds(request, once.layout(), seed))
                .isGreaterThanOrEqualTo(best(request, seed) - 1e-12);
        assertThat(PlanAndPlace.decide(request, places)).isEqualTo(plan);
    }

    private static PlanRequest smallBatch() {
        var request = Requests.llama8b(ACCELERATORS);
        return request.with(request.training().withGlobalBatch(64));
    }

    /** Of all layouts that fit, each where it would be placed. */
    private static double best(PlanRequest request, long seed) {
        var choices = new Choices(request);
        var searches = new HashMap<CapacityProfile, Search>();
        return choices.degrees().stream()
                .flatMap(degrees -> choices.zero(degrees).stream()
                        .flatMap(zero -> choices.microBatches(degrees).stream()
                                .map(microBatch -> choices.layout(degrees, zero, microBatch))))
                .flatMap(layout -> choices.below(layout).stream())
                .map(layout -> searches.computeIfAbsent(
                                placeOf(layout, seed), place -> new Search(request.with(place), false))
                        .judge(layout))
                .filter(judged -> judged.peak().total() <= request.accelerator().memoryBytes())
                .mapToDouble(judged -> judged.time().seconds())
                .min()
                .orElseThrow();
    }

    private static double seconds(PlanRequest request, Layout layout, long seed) {
        return new Search(request.with(placeOf(layout, seed)), false)
                .judge(layout)
                .time()
                .seconds();
    }

    /** Some place for each set of degrees, for placers have reasons of their own. */
    private static CapacityProfile placeOf(Layout layout, long seed) {
        var degrees = Objects.hash(layout.tensor(), layout.context(), layout.pipeline(), layout.data());
        return places().get(new Random(seed + degrees).nextInt(places().size()));
    }

    private static List<CapacityProfile> places() {
        return List.of(scattered(8), scattered(4), scattered(2), scattered(1));
    }

    /** So many accelerators on each node of racks of two nodes, behind a spine that is ten times slower than the rack. */
    private static CapacityProfile scattered(int perNode) {
        var usual = Fabric.of(Catalogue.standard().get("H100")).tiers().getFirst();
        var fabric = new Fabric(
                List.of(usual, Tier.network("rack", 16, 50e9), Tier.network("network", Fabric.EVERYTHING, 5e9)));
        return new CapacityProfile(
                fabric,
                List.of(
                        new TreeMap<>(Map.of(perNode, ACCELERATORS / perNode)),
                        new TreeMap<>(Map.of(2 * perNode, ACCELERATORS / perNode / 2))),
                ACCELERATORS);
    }
}
