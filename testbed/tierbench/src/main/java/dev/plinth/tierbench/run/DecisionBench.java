package dev.plinth.tierbench.run;

import dev.plinth.tierbench.input.Clusters;
import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import dev.plinth.tierbench.input.Shapes;
import dev.plinth.tierbench.policy.Plinth;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What a decision costs: time of the one thread that decides, from the news of what has changed to the answer, and memory.
 *
 * <p>Between two decisions a few hosts are taken and given back, so that every decision sees another version of the cluster.
 */
record DecisionBench(Report report) {
    private static final int STATES = 10;
    private static final int A_STATE = 40;
    private static final int CHANGES = 32;
    private static final int LARGE = 12_500;
    private static final int[] MEMBERS = {1, 8, 32, 128, 256, 512, 1024};
    private static final int[] NODES = {1_000, 2_500, 5_000, 12_500, 25_000};

    void run() {
        memory();
        var nodes = new double[NODES.length];
        var costs = new double[NODES.length];
        for (int i = 0; i < NODES.length; i++) {
            var micros = decide(NODES[i], 64);
            nodes[i] = NODES[i];
            costs[i] = Statistics.quantile(micros, 0.5);
            report.lower("decision p50, 64 members, " + NODES[i] + " nodes", costs[i] / 1e3, "ms");
        }
        report.lower(
                "decision cost grows with this power of the nodes",
                Statistics.power(nodes, costs),
                "power",
                Optional.of(1.0),
                Optional.empty());
        for (int members : MEMBERS) {
            var micros = decide(LARGE, members);
            double goal = members <= 512 ? 10 : 50;
            report.lower(
                    "decision p50, " + members + " members, " + LARGE + " nodes",
                    Statistics.quantile(micros, 0.5) / 1e3,
                    "ms");
            report.lower(
                    "decision p99, " + members + " members, " + LARGE + " nodes",
                    Statistics.quantile(micros, 0.99) / 1e3,
                    "ms",
                    Optional.of(goal),
                    Optional.empty());
        }
    }

    /** Microseconds of CPU time of each decision; the first quarter warms up. */
    private static List<Double> decide(int nodes, int members) {
        var fleet = Clusters.clos(nodes);
        var micros = new ArrayList<Double>();
        var job = Shapes.of("job", members * 8, 8);
        for (int seed = 1; seed <= STATES; seed++) {
            var state = Snapshots.halfFull(fleet, seed);
            var plinth = new Plinth();
            plinth.open(state);
            var random = new Random(seed);
            var taken = new int[0];
            for (int i = 0; i < A_STATE; i++) {
                var changed = change(state, taken, random);
                micros.add(decide(plinth, state, job, taken, changed));
                taken = changed;
            }
        }
        return micros.subList(micros.size() / 4, micros.size());
    }

    private static int[] change(Occupancy state, int[] before, Random random) {
        Arrays.stream(before).forEach(host -> state.give(host, 8));
        var hosts = IntStream.range(0, state.fleet().size())
                .filter(host -> state.free(host) == 8)
                .toArray();
        var taken = random.ints(CHANGES, 0, hosts.length)
                .distinct()
                .map(i -> hosts[i])
                .toArray();
        Arrays.stream(taken).forEach(host -> state.take(host, 8));
        return taken;
    }

    private static double decide(Plinth plinth, Occupancy state, Job job, int[] given, int[] taken) {
        var threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        plinth.changed(given);
        plinth.changed(taken);
        plinth.place(state, job);
        return (threads.getCurrentThreadCpuTime() - start) / 1e3;
    }

    private void memory() {
        long before = used();
        var plinth = new Plinth();
        var state = Snapshots.halfFull(Clusters.clos(LARGE), 1);
        plinth.open(state);
        plinth.place(state, Shapes.of("job", 1024, 8));
        long after = used();
        report.lower(
                "memory of the book, " + LARGE + " nodes",
                (after - before) / 1e6,
                "MB",
                Optional.of(200.0),
                Optional.of(plinth.policyName()));
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
