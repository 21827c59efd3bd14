package dev.plinth.controller.planning;

import dev.plinth.planner.Change;
import dev.plinth.planner.Change.Accelerators;
import dev.plinth.planner.Change.AnyLayout;
import dev.plinth.planner.Change.AnyMicroBatch;
import dev.plinth.planner.Change.AnyRecompute;
import dev.plinth.planner.Change.AnyZero;
import dev.plinth.planner.Change.GlobalBatch;
import dev.plinth.planner.Change.OnlyOffload;
import dev.plinth.planner.Change.Sequence;

/** What would fit, in the fields of a job. */
final class InFields {
    private InFields() {}

    /** @param perWorker accelerators of a worker */
    static String text(Change change, int perWorker) {
        return switch (change) {
            case Accelerators(int count) -> again(count, perWorker);
            case GlobalBatch(int sequences) -> "set spec.parallelism.globalBatch to " + sequences;
            case Sequence(int tokens) -> "set spec.parallelism.sequenceLength to " + tokens;
            case AnyRecompute _ -> without(change, ".recompute");
            case AnyMicroBatch _ -> without(change, ".microBatch");
            case AnyZero _ -> without(change, ".zeroStage");
            case AnyLayout _ -> without(change, "");
            case OnlyOffload(var where) ->
                "%s: set spec.parallelism.given to {offload: %s}".formatted(change.text(), Layouts.shown(where));
        };
    }

    /** The number of workers stays what it was when a job was made. */
    private static String again(int accelerators, int perWorker) {
        return perWorker > 0 && accelerators % perWorker == 0
                ? "create the job again with spec.workers.count %d, which is %d accelerators"
                        .formatted(accelerators / perWorker, accelerators)
                : "create the job again with %d accelerators".formatted(accelerators);
    }

    private static String without(Change change, String field) {
        return "%s: remove spec.parallelism.given%s".formatted(change.text(), field);
    }
}
