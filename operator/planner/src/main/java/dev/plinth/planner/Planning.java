package dev.plinth.planner;

import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.memory.MemoryUse;
import dev.plinth.planner.time.StepTime;
import java.util.List;

/** The answer to a {@link PlanRequest}. */
public sealed interface Planning {
    /**
     * The fastest layout that fits.
     *
     * @param memory bytes on one accelerator by stage: the proof that it fits
     * @param availableBytes of one accelerator
     * @param fabric levels of the network that it was predicted on: the accelerators in a domain are those that lie together
     * @param modelFlopsUtilisation share of the dense peak of the precision spent on the model's own operations
     * @param traffic bytes that each group exchanges in a step, the weights for placing them
     * @param reasons sentences a person reads
     * @param alternatives the fastest with other degrees, best first
     */
    record Plan(
            Layout layout,
            List<MemoryUse> memory,
            long availableBytes,
            Fabric fabric,
            StepTime time,
            double modelFlopsUtilisation,
            List<Traffic> traffic,
            List<String> reasons,
            List<Alternative> alternatives,
            Effort effort)
            implements Planning {
        public Plan {
            memory = List.copyOf(memory);
            traffic = List.copyOf(traffic);
            reasons = List.copyOf(reasons);
            alternatives = List.copyOf(alternatives);
        }

        /** The stage that needs most. */
        public MemoryUse peak() {
            return memory.stream()
                    .max((one, other) -> Double.compare(one.total(), other.total()))
                    .orElseThrow();
        }
    }

    /** Another layout that fits, and its predicted step. */
    record Alternative(Layout layout, StepTime time, MemoryUse peak) {}

    /**
     * What the search did.
     *
     * @param legal layouts that the rules allow
     * @param evaluated of them, predicted one by one
     * @param withoutMemory of them, ruled out by a bound from below on memory
     * @param tooSlow of them, ruled out by a bound from below on time
     * @param complete nothing was left out but what a bound ruled out
     */
    record Effort(long legal, long evaluated, long withoutMemory, long tooSlow, boolean complete) {}

    /**
     * Nothing that was wished for fits.
     *
     * @param message what is needed and what is there
     * @param nearest changes after which it fits, each with its plan
     */
    record Infeasible(String message, List<Suggestion> nearest) implements Planning {
        public Infeasible {
            nearest = List.copyOf(nearest);
        }
    }

    /** A change of the request, and the plan it gives. */
    record Suggestion(Change change, Plan plan) {}

    /** The request makes no sense as it stands. */
    record Illegal(List<Complaint> complaints) implements Planning {
        public Illegal {
            complaints = List.copyOf(complaints);
        }
    }

    /**
     * One value that cannot be.
     *
     * @param field the wish or the part of the request
     * @param message what is wrong, with the nearest legal value
     */
    record Complaint(String field, String message) {}
}
