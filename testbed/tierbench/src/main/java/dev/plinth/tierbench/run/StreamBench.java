package dev.plinth.tierbench.run;

import dev.plinth.tierbench.input.Clusters;
import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Workloads;
import dev.plinth.tierbench.input.Workloads.Arrival;
import dev.plinth.tierbench.policy.Plinth;
import dev.plinth.tierbench.policy.Policies;
import dev.plinth.tierbench.policy.Policy;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The same streams of jobs through each policy: who waits how long, how fast jobs run, how broken up the free room is. */
record StreamBench(Report report, int jobs, int seeds) {
    private static final double[] LOADS = {0.7, 0.85, 0.95};
    private static final double NO_WORSE = 1.05;
    /** 6.5e-3 a day (Kokolis et al. 2024), twenty times over, since so few jobs last only hours. */
    private static final double FAILURES_A_SECOND = 20 * 6.5e-3 / 86_400;

    private record Run(Policy policy, int seed, List<Arrival> arrivals) {}

    void run() {
        var fleet = Clusters.clos(1000);
        for (double load : LOADS) {
            var waits = new TreeMap<String, double[]>();
            var fragmentation = new TreeMap<String, double[]>();
            var gaps = new TreeMap<String, double[]>();
            // Only places and simulated times are looked at, so that runs may go side by side.
            runs(fleet, load).toList().parallelStream().forEach(run -> {
                var outcome = Stream.run(run.policy(), fleet, run.arrivals(), FAILURES_A_SECOND, run.seed() + 1);
                synchronized (this) {
                    // One second more, so that no wait at all can be compared.
                    put(waits, run, 1 + Statistics.quantile(outcome.waits(), 0.99));
                    put(fragmentation, run, Math.max(1e-3, outcome.fragmentation()));
                    put(gaps, run, Statistics.mean(outcome.slowdownGaps()));
                }
            });
            var at = "stream at load " + load;
            describe(at + ": p99 wait", waits, "s");
            describe(at + ": fragmentation F(256)", fragmentation, "share");
            describe(at + ": mean slowdown gap", gaps, "share");
            noWorse(at + ": p99 wait / best other, upper 95 %", waits);
            noWorse(at + ": fragmentation / best other, upper 95 %", fragmentation);
            var best = best(gaps);
            report.lower(
                    at + ": slowdown gap / best other",
                    mean(gaps, "Plinth") < 1e-9 ? 0 : mean(gaps, "Plinth") / mean(gaps, best),
                    "ratio",
                    0.5,
                    "%s: %.3g".formatted(best, mean(gaps, best)));
        }
    }

    private java.util.stream.Stream<Run> runs(Fleet fleet, double load) {
        return IntStream.range(0, seeds).boxed().flatMap(seed -> {
            var arrivals = Workloads.stream(fleet, jobs, load, seed + 1);
            return java.util.stream.Stream.concat(Policies.others().stream(), java.util.stream.Stream.of(new Plinth()))
                    .map(policy -> new Run(policy, seed, arrivals));
        });
    }

    private void put(SortedMap<String, double[]> values, Run run, double value) {
        values.computeIfAbsent(run.policy().policyName(), name -> new double[seeds])[run.seed()] = value;
    }

    private void describe(String measure, SortedMap<String, double[]> values, String unit) {
        values.keySet().forEach(policy -> report.lower(measure + ", " + policy, mean(values, policy), unit));
    }

    private void noWorse(String measure, SortedMap<String, double[]> values) {
        var best = best(values);
        report.lower(
                measure,
                Statistics.upperRatio(
                        values.getOrDefault("Plinth", new double[seeds]), values.getOrDefault(best, new double[seeds])),
                "ratio",
                NO_WORSE,
                best);
    }

    private static String best(SortedMap<String, double[]> values) {
        return values.keySet().stream()
                .filter(policy -> !policy.equals("Plinth"))
                .min((a, b) -> Double.compare(mean(values, a), mean(values, b)))
                .orElseThrow();
    }

    private static double mean(SortedMap<String, double[]> values, String policy) {
        return Statistics.mean(Arrays.stream(values.getOrDefault(policy, new double[0]))
                .boxed()
                .toList());
    }
}
