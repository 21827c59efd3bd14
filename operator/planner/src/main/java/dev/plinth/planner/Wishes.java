package dev.plinth.planner;

import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Schedule;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the user has decided himself; the planner chooses the rest. Numbers are the terms of {@link Layout}.
 *
 * @param offload absent means that nothing leaves the accelerator
 */
public record Wishes(
        OptionalInt tensor,
        OptionalInt context,
        OptionalInt pipeline,
        OptionalInt expert,
        OptionalInt microBatch,
        OptionalInt virtualStages,
        OptionalInt zero,
        Optional<Schedule> schedule,
        Optional<Recompute> recompute,
        Optional<Offload> offload) {
    public static Wishes none() {
        var any = OptionalInt.empty();
        return new Wishes(any, any, any, any, any, any, any, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public Wishes withTensor(int degree) {
        return new Wishes(
                OptionalInt.of(degree),
                context,
                pipeline,
                expert,
                microBatch,
                virtualStages,
                zero,
                schedule,
                recompute,
                offload);
    }

    public Wishes withContext(int degree) {
        return new Wishes(
                tensor,
                OptionalInt.of(degree),
                pipeline,
                expert,
                microBatch,
                virtualStages,
                zero,
                schedule,
                recompute,
                offload);
    }

    public Wishes withPipeline(int degree) {
        return new Wishes(
                tensor,
                context,
                OptionalInt.of(degree),
                expert,
                microBatch,
                virtualStages,
                zero,
                schedule,
                recompute,
                offload);
    }

    public Wishes withExpert(int degree) {
        return new Wishes(
                tensor,
                context,
                pipeline,
                OptionalInt.of(degree),
                microBatch,
                virtualStages,
                zero,
                schedule,
                recompute,
                offload);
    }

    public Wishes withMicroBatch(int samples) {
        return new Wishes(
                tensor,
                context,
                pipeline,
                expert,
                OptionalInt.of(samples),
                virtualStages,
                zero,
                schedule,
                recompute,
                offload);
    }

    public Wishes withZero(int stage) {
        return new Wishes(
                tensor,
                context,
                pipeline,
                expert,
                microBatch,
                virtualStages,
                OptionalInt.of(stage),
                schedule,
                recompute,
                offload);
    }

    public Wishes with(Recompute mode) {
        return new Wishes(
                tensor,
                context,
                pipeline,
                expert,
                microBatch,
                virtualStages,
                zero,
                schedule,
                Optional.of(mode),
                offload);
    }

    public Wishes with(Offload where) {
        return new Wishes(
                tensor,
                context,
                pipeline,
                expert,
                microBatch,
                virtualStages,
                zero,
                schedule,
                recompute,
                Optional.of(where));
    }

    public boolean isEmpty() {
        return equals(none());
    }
}
