package dev.plinth.planner;

import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Schedule;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What the user has decided himself; the planner chooses the rest. Numbers are the terms of {@link Layout}.
 *
 * @param offload absent means that nothing leaves the accelerator
 */
public record Wishes(
        OptionalInt tensor,
        OptionalInt context,
        OptionalInt pipeline,
        OptionalInt data,
        OptionalInt expert,
        OptionalInt microBatch,
        OptionalInt virtualStages,
        OptionalInt zero,
        Optional<Schedule> schedule,
        Optional<Recompute> recompute,
        Optional<Offload> offload) {
    public static Wishes none() {
        var any = OptionalInt.empty();
        return new Wishes(any, any, any, any, any, any, any, any, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public Wishes withTensor(int degree) {
        return changed(draft -> draft.tensor = OptionalInt.of(degree));
    }

    public Wishes withContext(int degree) {
        return changed(draft -> draft.context = OptionalInt.of(degree));
    }

    public Wishes withPipeline(int degree) {
        return changed(draft -> draft.pipeline = OptionalInt.of(degree));
    }

    public Wishes withData(int degree) {
        return changed(draft -> draft.data = OptionalInt.of(degree));
    }

    public Wishes withExpert(int degree) {
        return changed(draft -> draft.expert = OptionalInt.of(degree));
    }

    public Wishes withMicroBatch(int samples) {
        return changed(draft -> draft.microBatch = OptionalInt.of(samples));
    }

    public Wishes withoutMicroBatch() {
        return changed(draft -> draft.microBatch = OptionalInt.empty());
    }

    public Wishes withZero(int stage) {
        return changed(draft -> draft.zero = OptionalInt.of(stage));
    }

    public Wishes withoutZero() {
        return changed(draft -> draft.zero = OptionalInt.empty());
    }

    public Wishes with(Recompute mode) {
        return changed(draft -> draft.recompute = Optional.of(mode));
    }

    public Wishes withoutRecompute() {
        return changed(draft -> draft.recompute = Optional.empty());
    }

    public Wishes with(Offload where) {
        return changed(draft -> draft.offload = Optional.of(where));
    }

    public boolean isEmpty() {
        return equals(none());
    }

    private Wishes changed(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.wishes();
    }

    /** What can be changed of wishes, by name: ten arguments in a row are easily mixed up. */
    private static final class Draft {
        private final Wishes before;
        private OptionalInt tensor;
        private OptionalInt context;
        private OptionalInt pipeline;
        private OptionalInt data;
        private OptionalInt expert;
        private OptionalInt microBatch;
        private OptionalInt zero;
        private Optional<Recompute> recompute;
        private Optional<Offload> offload;

        Draft(Wishes before) {
            this.before = before;
            tensor = before.tensor;
            context = before.context;
            pipeline = before.pipeline;
            data = before.data;
            expert = before.expert;
            microBatch = before.microBatch;
            zero = before.zero;
            recompute = before.recompute;
            offload = before.offload;
        }

        Wishes wishes() {
            return new Wishes(
                    tensor,
                    context,
                    pipeline,
                    data,
                    expert,
                    microBatch,
                    before.virtualStages,
                    zero,
                    before.schedule,
                    recompute,
                    offload);
        }
    }
}
