package dev.plinth.planner.serve;

import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.time.ServingTimes;
import java.util.List;
import java.util.Optional;

/** Says why no split serves, and what would. */
final class Shortage {
    private static final double GIB = 1L << 30;
    private static final int MOST_TENSOR = 64;

    private Shortage() {}

    static String explain(ServingRequest request) {
        var largest = largest(request);
        if (ServingMemory.of(request, largest, 1).tokens() >= request.load().tokens()) {
            return tooSlow(request, largest);
        }
        var weights = ServingMemory.weights(request.model(), request.weights());
        var message = "%s in %s takes %.1f GiB; %d %s cannot hold it and one request of %d tokens"
                .formatted(
                        request.model().name(),
                        request.weights(),
                        weights / GIB,
                        largest,
                        request.accelerator().name(),
                        request.load().tokens());
        return message
                + smallerWeights(request)
                        .map(format -> "; it fits in " + format)
                        .orElse("")
                + enough(request)
                        .map(count -> "; it fits on %d".formatted(count))
                        .orElse("");
    }

    private static String tooSlow(ServingRequest request, int tensor) {
        var times = new ServingTimes(
                request.model(), request.accelerator(), request.fabric(), request.weights(), request.cache());
        return "%d accelerators give the first token after %.0f ms and one each %.1f ms, wished are %.0f ms and %.1f ms"
                .formatted(
                        tensor,
                        1000 * times.prefillSeconds(tensor, 1, request.load().promptTokens()),
                        1000 * times.decodeSeconds(tensor, 1, 1, request.load().tokens()),
                        1000 * request.objective().firstTokenSeconds(),
                        1000 * request.objective().perTokenSeconds());
    }

    private static int largest(ServingRequest request) {
        var tensor = request.mostPerReplica();
        while (tensor > 1 && !ServingPlanner.divides(request, tensor)) {
            tensor--;
        }
        return tensor;
    }

    private static Optional<Precision> smallerWeights(ServingRequest request) {
        return List.of(Precision.FP8, Precision.INT8, Precision.INT4).stream()
                .filter(format -> format.bytes() < request.weights().bytes())
                .filter(format -> fits(with(request, format), largest(request)))
                .findFirst();
    }

    private static Optional<Integer> enough(ServingRequest request) {
        for (var tensor = request.mostPerReplica() + 1; tensor <= MOST_TENSOR; tensor++) {
            if (ServingPlanner.divides(request, tensor) && fits(request, tensor)) {
                return Optional.of(tensor);
            }
        }
        return Optional.empty();
    }

    private static boolean fits(ServingRequest request, int tensor) {
        return ServingMemory.of(request, tensor, 1).tokens() >= request.load().tokens();
    }

    private static ServingRequest with(ServingRequest request, Precision weights) {
        return new ServingRequest(
                request.model(),
                request.accelerator(),
                request.fabric(),
                weights,
                request.cache(),
                request.load(),
                request.objective(),
                request.mostPerReplica());
    }
}
