package dev.plinth.planner;

import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Schedule;
import dev.plinth.planner.layout.StageSplit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/** Enumerates the legal layouts of a request. */
final class Choices {
    private final PlanRequest request;
    private final Rules rules;
    private final Legality legality;

    Choices(PlanRequest request) {
        this.request = request;
        this.rules = Rules.of(request.training().framework());
        this.legality = new Legality(request);
    }

    List<Degrees> degrees() {
        var found = new ArrayList<Degrees>();
        var wishes = request.wishes();
        var all = request.accelerators();
        for (var tensor : divisors(all, wishes.tensor(), legality::tensor)) {
            for (var context : divisors(all / tensor, wishes.context(), legality::context)) {
                for (var pipeline : divisors(all / tensor / context, wishes.pipeline(), legality::pipeline)) {
                    var data = all / tensor / context / pipeline;
                    if (request.training().globalBatch() % data == 0
                            && wishes.data().orElse(data) == data) {
                        for (var expert : divisors(tensor * context * data, wishes.expert(), legality::expert)) {
                            found.add(new Degrees(tensor, context, pipeline, expert, data));
                        }
                    }
                }
            }
        }
        Collections.sort(found);
        return found;
    }

    List<Integer> zero(Degrees degrees) {
        var wish = request.wishes().zero();
        return rules.zero().stream()
                .filter(stage -> wish.isEmpty() || wish.getAsInt() == stage)
                // Among one rank there is nothing to share: all stages are the same layout, the first stands for them.
                .filter(stage -> degrees.data() * degrees.context() > 1 || stage.equals(firstAllowed(wish)))
                .toList();
    }

    private Integer firstAllowed(OptionalInt wish) {
        return wish.isPresent()
                ? Integer.valueOf(wish.getAsInt())
                : rules.zero().getFirst();
    }

    List<Integer> microBatches(Degrees degrees) {
        return divisors(
                request.training().globalBatch() / degrees.data(),
                request.wishes().microBatch(),
                _ -> true);
    }

    Layout layout(Degrees degrees, int zero, int microBatch) {
        return new Layout(
                degrees.tensor(),
                degrees.context(),
                degrees.data(),
                degrees.pipeline(),
                degrees.expert(),
                microBatch,
                1,
                Schedule.ONE_F_ONE_B,
                Recompute.NONE,
                zero,
                Rules.sequenceParallel(request.training().framework(), degrees.tensor()),
                request.wishes().offload().orElse(Offload.NONE));
    }

    /** All layouts with the degrees, sharing and micro-batch of this one. */
    List<Layout> below(Layout any) {
        var found = new ArrayList<Layout>();
        var wishes = request.wishes();
        var schedule = any.pipeline() == 1
                ? Schedule.ONE_F_ONE_B
                : wishes.schedule().orElse(rules.schedules().getFirst());
        for (var virtual : virtualStages(any, schedule)) {
            for (var recompute : rules.recompute()) {
                if (wishes.recompute().isEmpty() || wishes.recompute().get() == recompute) {
                    found.add(any.with(schedule, virtual).with(recompute));
                }
            }
        }
        return found;
    }

    /** Interleaving wants as many micro-batches as a multiple of the stages; the zero-bubble schedule of PyTorch has two parts a stage. */
    private List<Integer> virtualStages(Layout any, Schedule schedule) {
        var layers = request.training().model().layers();
        var pipeline = any.pipeline();
        var interleaved = rules.interleaves()
                && schedule == Schedule.ONE_F_ONE_B
                && pipeline > 1
                && any.microBatches(request.training().globalBatch()) % pipeline == 0;
        var least = schedule == Schedule.ZERO_BUBBLE ? 2 : 1;
        var most = interleaved ? layers / pipeline : least;
        var found = new ArrayList<Integer>();
        for (var virtual = least; virtual <= most; virtual++) {
            var wish = request.wishes().virtualStages();
            if (StageSplit.isEven(layers, pipeline * virtual) && (wish.isEmpty() || wish.getAsInt() == virtual)) {
                found.add(virtual);
            }
        }
        return found;
    }

    /** How many layouts share these degrees and a stage of sharing. */
    long countBelow(Degrees degrees) {
        return microBatches(degrees).stream()
                .mapToLong(microBatch -> below(layout(degrees, 0, microBatch)).size())
                .sum();
    }

    private static List<Integer> divisors(int number, OptionalInt wish, IntPredicate legal) {
        if (wish.isPresent()) {
            return number % wish.getAsInt() == 0 && legal.test(wish.getAsInt()) ? List.of(wish.getAsInt()) : List.of();
        }
        var found = new ArrayList<Integer>();
        for (var each = 1; each <= number / each; each++) {
            if (number % each == 0) {
                if (legal.test(each)) {
                    found.add(each);
                }
                if (each != number / each && legal.test(number / each)) {
                    found.add(number / each);
                }
            }
        }
        Collections.sort(found);
        return found;
    }
}
