package dev.plinth.planner;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.CapacityProfile;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.layout.Training;

/**
 * Asks how to split a training.
 *
 * @param accelerators how many are used: all of them, in one layout
 * @param capacity what is free, by level of the network
 * @param evaluations most layouts to predict before the best so far is taken; the answer says if that cut the search short
 */
public record PlanRequest(
        Training training,
        Accelerator accelerator,
        int accelerators,
        CapacityProfile capacity,
        Wishes wishes,
        int evaluations) {
    public static final int MAX_ACCELERATORS = 1_000_000;
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** On an empty cluster of the accelerator's usual build. */
    public static PlanRequest of(Training training, Accelerator accelerator, int accelerators) {
        var capacity = CapacityProfile.empty(Fabric.of(accelerator), accelerators);
        return new PlanRequest(training, accelerator, accelerators, capacity, Wishes.none(), UNLIMITED);
    }

    public PlanRequest with(Wishes other) {
        return new PlanRequest(training, accelerator, accelerators, capacity, other, evaluations);
    }

    public PlanRequest with(CapacityProfile other) {
        return new PlanRequest(training, accelerator, accelerators, other, wishes, evaluations);
    }

    public PlanRequest with(Training other) {
        return new PlanRequest(other, accelerator, accelerators, capacity, wishes, evaluations);
    }

    /** The same on another number of accelerators; the global batch stays. */
    public PlanRequest on(int number) {
        return new PlanRequest(training, accelerator, number, capacity, wishes, evaluations);
    }

    public PlanRequest within(int mostEvaluations) {
        return new PlanRequest(training, accelerator, accelerators, capacity, wishes, mostEvaluations);
    }
}
