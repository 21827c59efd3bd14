package dev.plinth.tierbench.score;

import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Job;
import java.util.Arrays;

/**
 * The neutral scorer: charges every byte that a rank sends to the uplink of each domain that it leaves or enters.
 *
 * <p>A dimension takes as long as the slowest of these uplinks, at the bandwidth that is guaranteed to the accelerators that the job
 * has behind it; dimensions follow one another. The formulas: a ring of {@code k} ranks sends {@code 2(k-1)/k} of its buffer over each
 * edge; all-to-all {@code 1/k} to each other rank; point-to-point all of it to each neighbour, both ways, ends open.
 */
public record UplinkScorer(Fleet fleet) implements Scorer {
    @Override
    public Times times(Job job, int[] hosts) {
        double own = 0;
        double flat = 0;
        var total = new double[fleet.levels().size()][];
        Arrays.setAll(total, level -> new double[2 * fleet.domains()[level]]);
        var ranksIn = new int[fleet.levels().size()][];
        Arrays.setAll(ranksIn, level -> new int[fleet.domains()[level]]);
        for (int host : hosts) {
            for (int level = 0; level < ranksIn.length; level++) {
                ranksIn[level][fleet.domainOf()[level][host]] += job.accelerators();
            }
        }
        int stride = 1;
        for (var dimension : job.mesh()) {
            var loads = loads(job, dimension, stride, hosts);
            double slowest = 0;
            for (int level = 0; level < loads.length; level++) {
                for (int i = 0; i < loads[level].length; i++) {
                    total[level][i] += loads[level][i];
                    if (loads[level][i] > 0) {
                        double share = ranksIn[level][i / 2]
                                * fleet.levels().get(level).guaranteed();
                        slowest = Math.max(slowest, loads[level][i] / share);
                    }
                }
            }
            own += slowest;
            flat += flat(job, dimension, stride);
            stride *= dimension.degree();
        }
        return times(own, flat, total);
    }

    private Times times(double own, double flat, double[][] total) {
        double busiest = 0;
        double crossing = 0;
        for (int level = 0; level < fleet.host(); level++) {
            var behind = fleet.acceleratorsBehind(level);
            for (int i = 0; i < total[level].length; i++) {
                // Nothing is sent where there are no accelerators: not 0 / 0.
                if (total[level][i] > 0) {
                    double seconds = total[level][i]
                            / (behind[i / 2] * fleet.levels().get(level).guaranteed());
                    busiest = Math.max(busiest, seconds);
                    crossing += i % 2 == 0 ? total[level][i] : 0;
                }
            }
        }
        return new Times(own, flat, busiest, crossing);
    }

    /** Bytes by level; at twice the index of a domain what it sends, behind that what it receives. */
    private double[][] loads(Job job, Job.Dimension dimension, int stride, int[] hosts) {
        var loads = new double[fleet.levels().size()][];
        Arrays.setAll(loads, level -> new double[2 * fleet.domains()[level]]);
        int degree = dimension.degree();
        int ranks = job.members() * job.accelerators();
        for (int rank = 0; rank < ranks; rank++) {
            int coordinate = rank / stride % degree;
            switch (dimension.traffic()) {
                case RING -> {
                    int next = (coordinate + 1) % degree;
                    add(
                            loads,
                            job,
                            hosts,
                            rank,
                            rank + (next - coordinate) * stride,
                            2.0 * (degree - 1) / degree * dimension.bytes());
                }
                case ALL_TO_ALL -> {
                    for (int other = 0; other < degree; other++) {
                        add(loads, job, hosts, rank, rank + (other - coordinate) * stride, dimension.bytes() / degree);
                    }
                }
                case POINT_TO_POINT -> {
                    if (coordinate > 0) {
                        add(loads, job, hosts, rank, rank - stride, dimension.bytes());
                    }
                    if (coordinate < degree - 1) {
                        add(loads, job, hosts, rank, rank + stride, dimension.bytes());
                    }
                }
            }
        }
        return loads;
    }

    private void add(double[][] loads, Job job, int[] hosts, int from, int to, double bytes) {
        int source = hosts[from / job.accelerators()];
        int target = hosts[to / job.accelerators()];
        for (int level = 0; level < loads.length; level++) {
            int a = fleet.domainOf()[level][source];
            int b = fleet.domainOf()[level][target];
            if (a != b) {
                loads[level][2 * a] += bytes;
                loads[level][2 * b + 1] += bytes;
            }
        }
    }

    /** With a host for each member and no uplink but theirs. */
    private double flat(Job job, Job.Dimension dimension, int stride) {
        var sent = new double[job.members()];
        int degree = dimension.degree();
        for (int rank = 0; rank < job.members() * job.accelerators(); rank++) {
            int coordinate = rank / stride % degree;
            for (int other = 0; other < degree; other++) {
                boolean edge = switch (dimension.traffic()) {
                    case RING -> other == (coordinate + 1) % degree;
                    case ALL_TO_ALL -> other != coordinate;
                    case POINT_TO_POINT -> Math.abs(other - coordinate) == 1;
                };
                int to = rank + (other - coordinate) * stride;
                if (edge && to / job.accelerators() != rank / job.accelerators()) {
                    sent[rank / job.accelerators()] += switch (dimension.traffic()) {
                        case RING -> 2.0 * (degree - 1) / degree * dimension.bytes();
                        case ALL_TO_ALL -> dimension.bytes() / degree;
                        case POINT_TO_POINT -> dimension.bytes();
                    };
                }
            }
        }
        return Arrays.stream(sent).max().orElse(0)
                / (job.accelerators() * fleet.levels().getLast().guaranteed());
    }
}
