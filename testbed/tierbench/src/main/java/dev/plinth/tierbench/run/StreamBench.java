package dev.plinth.tierbench.run;

import dev.plinth.tierbench.input.Clusters;
import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Workloads;
import dev.plinth.tierbench.input.Workloads.Arrival;
import dev.plinth.tierbench.policy.Plinth;
import dev.plinth.tierbench.policy.Policies;
import dev.plinth.tierbench.policy.Policy;
import dev.plinth.tierbench.run.Stream.Outcome;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The same streams of jobs through each policy: who waits how long, how fast jobs run, how broken up the free room is. */
record StreamBench(Report report, int jobs, int seeds) {
    private static final double[] LOADS = {0.7, 0.85, 0.95};
    private static final double NO_WORSE = 1.05;
    private static final String OURS = "Plinth";
    /** Whoever slows jobs more than this times as much as ours buys its packing with their time. */
    private static final double FAST = 10;

    /** 6.5e-3 a day (Kokolis et al. 2024), twenty times over, since so few jobs last only hours. */
    private static final double FAILURES_A_SECOND = 20 * 6.5e-3 / 86_400;

    private record Run(Policy policy, int seed, List<Arrival> arrivals) {}

    /** Of one policy and load, by seed. */
    private record Outcomes(Outcome[] bySeed) {
        /** One second more, so that no wait at all can be compared. */
        List<List<Double>> waits() {
            return Arrays.stream(bySeed)
                    .map(each -> each.waits().stream().map(wait -> 1 + wait).toList())
                    .toList();
        }

        double p99Wait() {
            return p99(waits().stream().flatMap(List::stream).toList());
        }

        double longestWaits() {
            return slowest(waits().stream().flatMap(List::stream).toList());
        }

        static double p99(List<Double> waits) {
            return Statistics.quantile(waits, 0.99);
        }

        static double slowest(List<Double> waits) {
            return Statistics.tailMean(waits, 0.01);
        }

        double[] fragmentation() {
            return Arrays.stream(bySeed)
                    .mapToDouble(each -> Math.max(1e-3, each.fragmentation()))
                    .toArray();
        }

        double meanFragmentation() {
            return Arrays.stream(fragmentation()).average().orElse(0);
        }

        double slowdownGap() {
            return Arrays.stream(bySeed)
                    .mapToDouble(each -> Statistics.mean(each.slowdownGaps()))
                    .average()
                    .orElse(0);
        }
    }

    void run() {
        var fleet = Clusters.clos(1000);
        for (double load : LOADS) {
            var all = outcomes(fleet, load);
            var ours = Objects.requireNonNull(all.remove(OURS), OURS);
            var at = "stream at load " + load;
            describe(at + ": p99 wait", all, ours, Outcomes::p99Wait, "s");
            describe(at + ": fragmentation F(256)", all, ours, Outcomes::meanFragmentation, "share");
            describe(at + ": mean slowdown gap", all, ours, Outcomes::slowdownGap, "share");

            waits(at + ": p99 wait / best other", all, ours, Outcomes::p99Wait, Outcomes::p99);
            // The 99th of a hundred may be the last that waits not at all, which makes its ratio jump; the mean behind
            // it does not.
            waits(
                    at + ": mean of the longest 1 % of waits / best other",
                    all,
                    ours,
                    Outcomes::longestWaits,
                    Outcomes::slowest);
            fragmentation(at + ": fragmentation / best other", all, ours);
            var asFast = new TreeMap<>(all);
            asFast.values().removeIf(each -> each.slowdownGap() > FAST * ours.slowdownGap());
            if (!asFast.isEmpty()) {
                fragmentation(
                        at + ": fragmentation / best other that slows jobs less than ten times as much", asFast, ours);
            }
            var fastest = best(all, Outcomes::slowdownGap);
            report.lower(
                    at + ": slowdown gap / best other",
                    ours.slowdownGap() < 1e-9
                            ? 0
                            : ours.slowdownGap() / fastest.getValue().slowdownGap(),
                    "ratio",
                    0.5,
                    "%s: %.3g".formatted(fastest.getKey(), fastest.getValue().slowdownGap()));
        }
    }

    private SortedMap<String, Outcomes> outcomes(Fleet fleet, double load) {
        var all = new ConcurrentSkipListMap<String, Outcomes>();
        // Only places and simulated times are looked at, so that runs may go side by side.
        runs(fleet, load).toList().parallelStream()
                .forEach(run -> all.computeIfAbsent(run.policy().policyName(), name -> new Outcomes(new Outcome[seeds]))
                                .bySeed()[run.seed()] =
                        Stream.run(run.policy(), fleet, run.arrivals(), FAILURES_A_SECOND, run.seed() + 1));
        return all;
    }

    private java.util.stream.Stream<Run> runs(Fleet fleet, double load) {
        return IntStream.range(0, seeds).boxed().flatMap(seed -> {
            var arrivals = Workloads.stream(fleet, jobs, load, seed + 1);
            return java.util.stream.Stream.concat(Policies.others().stream(), java.util.stream.Stream.of(new Plinth()))
                    .map(policy -> new Run(policy, seed, arrivals));
        });
    }

    private void describe(
            String measure,
            SortedMap<String, Outcomes> others,
            Outcomes ours,
            ToDoubleFunction<Outcomes> value,
            String unit) {
        others.forEach((policy, each) -> report.lower(measure + ", " + policy, value.applyAsDouble(each), unit));
        report.lower(measure + ", " + OURS, value.applyAsDouble(ours), unit);
    }

    private void waits(
            String measure,
            SortedMap<String, Outcomes> others,
            Outcomes ours,
            ToDoubleFunction<Outcomes> value,
            ToDoubleFunction<List<Double>> figure) {
        var best = best(others, value);
        noWorse(
                measure + ", upper 95 %",
                Statistics.upperRatio(ours.waits(), best.getValue().waits(), figure),
                "%s, ratio itself %.3f"
                        .formatted(best.getKey(), value.applyAsDouble(ours) / value.applyAsDouble(best.getValue())));
    }

    private void fragmentation(String measure, SortedMap<String, Outcomes> others, Outcomes ours) {
        var best = best(others, Outcomes::meanFragmentation);
        noWorse(
                measure + ", upper 95 %",
                Statistics.upperRatio(ours.fragmentation(), best.getValue().fragmentation()),
                "%s, which slows jobs by %.2g"
                        .formatted(best.getKey(), best.getValue().slowdownGap()));
    }

    private void noWorse(String measure, double upper, String peer) {
        report.lower(measure, upper, "ratio", NO_WORSE, peer);
    }

    private static Map.Entry<String, Outcomes> best(
            SortedMap<String, Outcomes> others, ToDoubleFunction<Outcomes> value) {
        return others.entrySet().stream()
                .min(Comparator.comparingDouble(entry -> value.applyAsDouble(entry.getValue())))
                .orElseThrow();
    }
}
