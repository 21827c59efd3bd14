package dev.plinth.planner;

import dev.plinth.planner.Planning.Plan;
import dev.plinth.planner.hardware.CapacityProfile;
import dev.plinth.planner.layout.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Plans and places by turns. A plan counts on blocks of free accelerators; whoever places knows more, such as what else a worker needs
 * and which nodes it may not use, and may find smaller ones. Then the plan is made again for what the place gives, which may be placed
 * elsewhere, and so on a few times. Of all that were placed the fastest on its own place is kept, so that no turn can lose.
 */
public final class PlanAndPlace {
    /** Most plans that are placed. One suffices where nothing stands in the way, two where the place is the same for each plan. */
    public static final int MOST_ROUNDS = 3;

    /** Share of a step that another layout must save before workers are started again for it; two predictions differ by less. */
    public static final double WORTH_A_RESTART = 0.05;

    /** Finds a place for a plan. */
    @FunctionalInterface
    public interface Places {
        /** The accelerators of the place, by level of the network; empty if there is none now. Equal plans have equal places. */
        Optional<CapacityProfile> of(Plan plan);
    }

    private final PlanRequest request;
    private final Places places;

    private PlanAndPlace(PlanRequest request, Places places) {
        this.request = request;
        this.places = places;
    }

    /** The plan that is fastest where it is placed, as predicted for there; that for the free room if there is no place now. */
    public static Planning decide(PlanRequest request, Places places) {
        var planning = Planner.plan(request);
        return planning instanceof Plan first ? new PlanAndPlace(request, places).rounds(first) : planning;
    }

    /**
     * The plan of workers that have their place already and have done nothing there yet: another layout than theirs only if that is
     * faster by more than {@link #WORTH_A_RESTART}.
     *
     * @param there the request, with their place as what is free
     */
    public static Plan seated(PlanRequest there, Layout theirs) {
        var result = new Search(there, true).run();
        var judged = new Search(there, true).judge(theirs);
        var seconds = judged.time().seconds();
        if (!result.found().isEmpty() && result.found().getFirst().time().seconds() * (1 + WORTH_A_RESTART) < seconds) {
            return Planner.plan(there, result);
        }
        var found = new ArrayList<>(result.found());
        found.removeIf(other -> other.layout().equals(theirs) || other.time().seconds() < seconds);
        found.addFirst(judged);
        return Planner.plan(there, new Search.Result(List.copyOf(found), 0, result.effort()));
    }

    private Plan rounds(Plan first) {
        var kept = Optional.<Plan>empty();
        var plan = first;
        var counted = request.capacity();
        for (var round = 0; round < MOST_ROUNDS; round++) {
            var place = places.of(plan);
            if (place.isEmpty()) {
                break;
            }
            var there = request.with(place.get());
            if (isAsCounted(place.get(), counted)) {
                kept = faster(kept, plan);
                break;
            }
            kept = faster(kept, Planner.judge(there, plan));
            if (!(Planner.plan(there) instanceof Plan next)) {
                break;
            }
            if (next.layout().equals(plan.layout())) {
                kept = faster(Optional.of(next), kept.orElse(next));
                break;
            }
            plan = next;
            counted = place.get();
        }
        return kept.orElse(first);
    }

    private boolean isAsCounted(CapacityProfile place, CapacityProfile counted) {
        return place.forJob(request.accelerators()).equals(counted.forJob(request.accelerators()));
    }

    /** Of two that are as fast the first. */
    private static Optional<Plan> faster(Optional<Plan> kept, Plan other) {
        return kept.filter(known -> known.time().seconds() <= other.time().seconds())
                .or(() -> Optional.of(other));
    }
}
