package dev.plinth.planner.serve;

import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.serve.ServingAnswer.ServingPlan;
import dev.plinth.planner.serve.ServingAnswer.Unservable;
import dev.plinth.planner.time.ServingTimes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Chooses how a model is served: the fewest accelerators that keep the objective, of those the quickest. */
public final class ServingPlanner {
    private static final double GIB = 1L << 30;
    private static final int MOST_CONCURRENT = 1024;

    private ServingPlanner() {}

    public static ServingAnswer plan(ServingRequest request) {
        var plans = new ArrayList<ServingPlan>();
        for (var tensor = 1; tensor <= request.mostPerReplica(); tensor++) {
            if (!divides(request, tensor)) {
                continue;
            }
            for (var pipeline = 1; tensor * pipeline <= request.mostPerReplica(); pipeline++) {
                if (request.model().layers() % pipeline == 0) {
                    plan(request, tensor, pipeline).ifPresent(plans::add);
                }
            }
        }
        return plans.stream()
                .min(Comparator.comparingInt(ServingPlan::accelerators)
                        .thenComparingDouble(ServingPlan::perTokenSeconds)
                        .thenComparingInt(ServingPlan::tensor))
                .<ServingAnswer>map(plan -> plan)
                .orElseGet(() -> new Unservable(Shortage.explain(request)));
    }

    static boolean divides(ServingRequest request, int tensor) {
        var attention = request.model().attention();
        var heads = attention.keyValueHeads();
        return attention.heads() % tensor == 0 && (heads % tensor == 0 || tensor % heads == 0);
    }

    private static Optional<ServingPlan> plan(ServingRequest request, int tensor, int pipeline) {
        var memory = ServingMemory.of(request, tensor, pipeline);
        var load = request.load();
        var most = Math.min(MOST_CONCURRENT, memory.tokens() / load.tokens());
        var times = new ServingTimes(
                request.model(), request.accelerator(), request.fabric(), request.weights(), request.cache());
        var first = times.prefillSeconds(tensor, pipeline, load.promptTokens());
        if (most < 1 || first > request.objective().firstTokenSeconds()) {
            return Optional.empty();
        }
        var concurrent = mostWithin(request, times, tensor, pipeline, (int) most);
        if (concurrent == 0) {
            return Optional.empty();
        }
        var perToken = times.decodeSeconds(tensor, pipeline, concurrent, load.tokens());
        // While a prompt is worked on, nothing else is: a request costs its own prompt and those of the others it
        // meets.
        var seconds = load.outputTokens() * perToken + concurrent * first / pipeline;
        var perReplica = concurrent / seconds;
        var replicas = Math.max(1, (int) Math.ceil(load.requestsPerSecond() / perReplica));
        var expert = request.model()
                .experts()
                .filter(experts -> experts.count() % tensor == 0)
                .map(_ -> tensor)
                .orElse(1);
        return Optional.of(new ServingPlan(
                tensor,
                pipeline,
                expert,
                memory.weights(),
                memory.available(),
                memory.tokens(),
                concurrent,
                first,
                perToken,
                perReplica,
                replicas,
                times.band(),
                reasons(request, memory, tensor, pipeline, concurrent, (int) most)));
    }

    /** The largest batch whose tokens still come quickly enough; more requests never make a token quicker. */
    private static int mostWithin(ServingRequest request, ServingTimes times, int tensor, int pipeline, int most) {
        var low = 0;
        var high = most;
        while (low < high) {
            var middle = (low + high + 1) / 2;
            var seconds =
                    times.decodeSeconds(tensor, pipeline, middle, request.load().tokens());
            if (seconds <= request.objective().perTokenSeconds()) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private static List<String> reasons(
            ServingRequest request, ServingMemory memory, int tensor, int pipeline, int concurrent, int room) {
        var reasons = new ArrayList<String>();
        reasons.add("weights take %.1f GiB of %.1f GiB on each, keys and values have %.1f GiB for %d tokens"
                .formatted(
                        memory.weights() / GIB,
                        request.accelerator().memoryBytes() / GIB,
                        memory.available() / GIB,
                        memory.tokens()));
        reasons.add(
                concurrent < room
                        ? "%d requests at once: with more, a token would take longer than %.0f ms"
                                .formatted(
                                        concurrent, 1000 * request.objective().perTokenSeconds())
                        : "%d requests at once: as many as there is room for".formatted(concurrent));
        if (tensor * pipeline > request.fabric().innermost()) {
            reasons.add(
                    "one replica spans scale-up domains of " + request.fabric().innermost());
        }
        if (request.weights() == Precision.INT8 || request.weights() == Precision.INT4) {
            reasons.add("weights in %s are multiplied in BF16".formatted(request.weights()));
        }
        return reasons;
    }
}
