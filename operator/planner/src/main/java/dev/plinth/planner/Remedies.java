package dev.plinth.planner;

import dev.plinth.planner.Planning.Infeasible;
import dev.plinth.planner.Planning.Plan;
import dev.plinth.planner.Planning.Suggestion;
import dev.plinth.planner.hardware.CapacityProfile;
import dev.plinth.planner.hardware.Fabric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What would fit instead of what was wished for, nearest first. */
final class Remedies {
    private static final double GIB = 1L << 30;
    private static final int MOST_SUGGESTIONS = 3;
    private static final int MOST_DOUBLINGS = 10;
    private static final int LEAST_SEQUENCE = 256;

    /** A suggestion is a hint, not the answer: it need not be the best of all. */
    private static final int EVALUATIONS = 20_000;

    private Remedies() {}

    static Infeasible tooFewFree(PlanRequest request) {
        var free = request.capacity().total();
        var suggestions = new ArrayList<Suggestion>();
        for (var fewer = free; fewer >= 1 && suggestions.isEmpty(); fewer = fewer > 64 ? fewer - 8 : fewer - 1) {
            add(suggestions, new Change.Accelerators(fewer), request.on(fewer));
        }
        return new Infeasible(
                "%d accelerators are asked for, %d are free".formatted(request.accelerators(), free), suggestions);
    }

    static Infeasible doesNotFit(PlanRequest request, Search.Result result) {
        var suggestions = new ArrayList<Suggestion>();
        if (result.effort().legal() == 0) {
            otherBatch(request).ifPresent(suggestions::add);
        }
        for (var way : ways(request)) {
            if (suggestions.size() < MOST_SUGGESTIONS) {
                add(suggestions, way.change(), way.request());
            }
        }
        if (suggestions.size() < MOST_SUGGESTIONS) {
            more(request).ifPresent(suggestions::add);
        }
        if (suggestions.size() < MOST_SUGGESTIONS) {
            shorter(request).ifPresent(suggestions::add);
        }
        return new Infeasible(message(request, result), suggestions);
    }

    private static String message(PlanRequest request, Search.Result result) {
        var training = request.training();
        var subject = "%s with sequence %d and batch %d on %d %s"
                .formatted(
                        training.model().name(),
                        training.sequence(),
                        training.globalBatch(),
                        request.accelerators(),
                        request.accelerator().name());
        if (result.effort().legal() == 0 && isShared(request.with(Wishes.none()))) {
            return "no legal layout of %s has all the degrees that are given".formatted(subject);
        }
        return result.effort().legal() == 0
                ? "no legal layout of %s: degrees that divide the model do not share %d samples among %d evenly"
                        .formatted(subject, training.globalBatch(), request.accelerators())
                : "%s needs at least %.1f GiB on each, of %.1f GiB"
                        .formatted(
                                subject,
                                result.leastBytes() / GIB,
                                request.accelerator().memoryBytes() / GIB);
    }

    private record Way(Change change, PlanRequest request) {}

    /** One wish less at a time, then all of them, then the optimizer elsewhere. */
    private static List<Way> ways(PlanRequest request) {
        var wishes = request.wishes();
        var none = Wishes.none();
        var ways = new ArrayList<Way>();
        wishes.recompute()
                .ifPresent(mode ->
                        ways.add(new Way(new Change.AnyRecompute(mode), request.with(wishes.withoutRecompute()))));
        wishes.microBatch()
                .ifPresent(samples ->
                        ways.add(new Way(new Change.AnyMicroBatch(samples), request.with(wishes.withoutMicroBatch()))));
        wishes.zero()
                .ifPresent(stage -> ways.add(new Way(new Change.AnyZero(stage), request.with(wishes.withoutZero()))));
        if (!wishes.isEmpty()) {
            ways.add(new Way(new Change.AnyLayout(), request.with(none)));
        }
        for (var where : Rules.of(request.training().framework()).offloads()) {
            ways.add(new Way(new Change.OnlyOffload(where), request.with(none.with(where))));
        }
        return ways;
    }

    /** The nearest global batch that can be shared and fits. */
    private static Optional<Suggestion> otherBatch(PlanRequest request) {
        var batch = request.training().globalBatch();
        for (var distance = 1; distance <= request.accelerators(); distance++) {
            for (var other : List.of(batch - distance, batch + distance)) {
                if (other >= 1 && isShared(request.with(request.training().withGlobalBatch(other)))) {
                    var changed = request.with(request.training().withGlobalBatch(other));
                    return fits(changed).map(plan -> new Suggestion(new Change.GlobalBatch(other), plan));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isShared(PlanRequest request) {
        return !new Choices(request).degrees().isEmpty();
    }

    /** The fewest accelerators that suffice, by doubling. */
    private static Optional<Suggestion> more(PlanRequest request) {
        var number = (long) request.accelerators();
        for (var i = 0; i < MOST_DOUBLINGS; i++) {
            number *= 2;
            if (number > PlanRequest.MAX_ACCELERATORS) {
                break;
            }
            var count = (int) number;
            var bigger = request.on(count).with(enough(request, count)).with(Wishes.none());
            var plan = fits(bigger);
            if (plan.isPresent()) {
                return plan.map(found -> new Suggestion(new Change.Accelerators(count), found));
            }
        }
        return Optional.empty();
    }

    private static CapacityProfile enough(PlanRequest request, int accelerators) {
        return request.capacity().total() >= accelerators
                ? request.capacity()
                : CapacityProfile.empty(new Fabric(request.capacity().fabric().tiers()), accelerators);
    }

    /** The longest sequence that fits, by halving. */
    private static Optional<Suggestion> shorter(PlanRequest request) {
        var training = request.training();
        for (var sequence = training.sequence() / 2; sequence >= LEAST_SEQUENCE; sequence /= 2) {
            var shortened = training.withSequence(sequence);
            var plan = fits(request.with(shortened).with(Wishes.none()));
            if (plan.isPresent()) {
                var length = sequence;
                return plan.map(found -> new Suggestion(new Change.Sequence(length), found));
            }
        }
        return Optional.empty();
    }

    private static void add(List<Suggestion> suggestions, Change change, PlanRequest request) {
        fits(request).ifPresent(plan -> suggestions.add(new Suggestion(change, plan)));
    }

    private static Optional<Plan> fits(PlanRequest request) {
        if (!new Legality(request).complaints().isEmpty()) {
            return Optional.empty();
        }
        var bounded = request.within(EVALUATIONS);
        var result = new Search(bounded, true).run();
        return result.found().isEmpty() ? Optional.empty() : Optional.of(Planner.plan(bounded, result));
    }
}
