package dev.plinth.tierbench.run;

import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import dev.plinth.tierbench.input.Workloads.Arrival;
import dev.plinth.tierbench.policy.Policy;
import dev.plinth.tierbench.score.UplinkScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * One cluster, one queue, one policy: first in, first out, with backfill, so a job behind one that does not fit may start before it.
 * Hosts fail; the jobs on them go back to the head of the queue with the time they still need.
 */
final class Stream {
    private static final int BACKFILL = 100;
    private static final double REPAIR_SECONDS = 6 * 3600;
    /** Gangs of this size should find room in one block. */
    private static final int HOLE = 256;

    /** @param fragmentation share of the free accelerators that no gang of {@link #HOLE} in one block can use, in the mean of arrivals */
    record Outcome(
            List<Double> waits, List<Double> slowdownGaps, double fragmentation, List<Double> micros, double end) {}

    private record Running(double end, Job job, int[] hosts, int number) {}

    private record Waiting(Job job, double since) {}

    private final Policy policy;
    private final Occupancy occupancy;
    private final UplinkScorer scorer;
    private final PriorityQueue<Running> running =
            new PriorityQueue<>(Comparator.comparingDouble(Running::end).thenComparingInt(Running::number));
    private final PriorityQueue<double[]> repairs =
            new PriorityQueue<>(Comparator.comparingDouble(repair -> repair[0]));
    private final List<Waiting> queue = new ArrayList<>();
    private final Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>(), 0, new ArrayList<>(), 0);
    private int started;

    private Stream(Policy policy, Fleet fleet) {
        this.policy = policy;
        this.occupancy = new Occupancy(fleet);
        this.scorer = new UplinkScorer(fleet);
    }

    /** @param failuresPerNodeSecond rate at which each host fails */
    static Outcome run(Policy policy, Fleet fleet, List<Arrival> arrivals, double failuresPerNodeSecond, long seed) {
        return new Stream(policy, fleet).run(arrivals, failuresPerNodeSecond, new Random(seed));
    }

    private Outcome run(List<Arrival> arrivals, double failureRate, Random random) {
        double fragmentation = 0;
        double nextFailure = next(failureRate, random);
        double now = 0;
        int next = 0;
        while (next < arrivals.size() || !queue.isEmpty()) {
            double arrival = next < arrivals.size() ? arrivals.get(next).time() : Double.POSITIVE_INFINITY;
            double end = running.isEmpty()
                    ? Double.POSITIVE_INFINITY
                    : running.peek().end();
            double repair = repairs.isEmpty() ? Double.POSITIVE_INFINITY : repairs.peek()[0];
            now = Math.min(Math.min(arrival, end), Math.min(repair, nextFailure));
            if (now == Double.POSITIVE_INFINITY) {
                break;
            }
            if (now == end) {
                var done = running.remove();
                change(done.hosts(), -done.job().accelerators());
            } else if (now == repair) {
                int host = (int) repairs.remove()[1];
                occupancy.setDown(host, false);
                policy.changed(new int[] {host});
            } else if (now == nextFailure) {
                fail(random.nextInt(occupancy.fleet().size()), now);
                nextFailure = now + next(failureRate, random);
            } else {
                queue.add(new Waiting(arrivals.get(next++).job(), now));
                fragmentation += fragmentation();
            }
            startAll(now);
        }
        return new Outcome(
                outcome.waits(), outcome.slowdownGaps(), fragmentation / arrivals.size(), outcome.micros(), now);
    }

    private double next(double rate, Random random) {
        return rate == 0
                ? Double.POSITIVE_INFINITY
                : -Math.log(1 - random.nextDouble()) / (rate * occupancy.fleet().size());
    }

    private void startAll(double now) {
        int tried = 0;
        for (int i = 0; i < queue.size() && tried < BACKFILL; tried++) {
            if (start(queue.get(i), now)) {
                queue.remove(i);
            } else {
                i++;
            }
        }
    }

    private boolean start(Waiting waiting, double now) {
        var job = waiting.job();
        if (occupancy.free() < job.gpus() || Arrays.stream(occupancy.room(job)).sum() < job.members()) {
            return false;
        }
        long start = System.nanoTime();
        var hosts = policy.place(occupancy, job);
        outcome.micros().add((System.nanoTime() - start) / 1e3);
        if (hosts.isEmpty()) {
            return false;
        }
        change(hosts.get(), job.accelerators());
        running.add(new Running(now + job.duration(), job, hosts.get(), started++));
        outcome.waits().add(now - waiting.since());
        if (job.members() > 1) {
            outcome.slowdownGaps().add(scorer.times(job, hosts.get()).slowdown(job.computeSeconds()) - 1);
        }
        return true;
    }

    private void fail(int host, double now) {
        if (occupancy.isDown(host)) {
            return;
        }
        occupancy.setDown(host, true);
        var hit = running.stream()
                .filter(each -> Arrays.stream(each.hosts()).anyMatch(at -> at == host))
                .sorted(Comparator.comparingInt(Running::number))
                .toList();
        hit.forEach(each -> {
            running.remove(each);
            change(each.hosts(), -each.job().accelerators());
            queue.addFirst(new Waiting(each.job().lasting(each.end() - now), now));
        });
        policy.changed(new int[] {host});
        repairs.add(new double[] {now + REPAIR_SECONDS, host});
    }

    private void change(int[] hosts, int accelerators) {
        Arrays.stream(hosts).forEach(host -> occupancy.take(host, accelerators));
        policy.changed(hosts);
    }

    private double fragmentation() {
        var fleet = occupancy.fleet();
        int block = fleet.level("block");
        var whole = new int[fleet.domains()[block]];
        for (int host = 0; host < fleet.size(); host++) {
            whole[fleet.domainOf()[block][host]] +=
                    occupancy.free(host) == fleet.accelerators()[host] ? fleet.accelerators()[host] : 0;
        }
        long usable = Arrays.stream(whole).map(free -> free / HOLE * HOLE).sum();
        long free = occupancy.free();
        return free == 0 ? 0 : 1 - usable / (double) free;
    }
}
