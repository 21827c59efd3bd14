package dev.plinth.tierbench.score;

import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Job;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * The second scorer: all flows of a dimension start at once and share the links max-min fairly (progressive filling); the dimension
 * ends with its last flow. A link carries what is guaranteed to the accelerators that the job has behind it. It agrees with {@link
 * UplinkScorer} where flows are alike, and is slower where they meet at different links, so the two check each other.
 */
public record FlowScorer(Fleet fleet) implements Scorer {
    /** From one member to another. */
    private record Flow(int[] links, double bytes) {}

    @Override
    public Times times(Job job, int[] hosts) {
        var links = new TreeMap<Long, Integer>();
        var capacity = new ArrayList<Double>();
        double own = 0;
        double flat = 0;
        double crossing = 0;
        var bytesOver = new ArrayList<Double>();
        var wholeCapacity = new ArrayList<Double>();
        int stride = 1;
        for (var dimension : job.mesh()) {
            var flows = new ArrayList<Flow>();
            var sent = new double[job.members()];
            for (var edge : edges(job, dimension, stride).entrySet()) {
                int from = (int) (edge.getKey() >>> 32);
                int to = (int) (long) edge.getKey();
                sent[from] += edge.getValue();
                var path = new ArrayList<Integer>();
                for (int level = 0; level <= fleet.host(); level++) {
                    int a = fleet.domainOf()[level][hosts[from]];
                    int b = fleet.domainOf()[level][hosts[to]];
                    if (a != b) {
                        path.add(link(links, capacity, wholeCapacity, bytesOver, job, hosts, level, a, 0));
                        path.add(link(links, capacity, wholeCapacity, bytesOver, job, hosts, level, b, 1));
                        crossing += level < fleet.host() ? edge.getValue() : 0;
                    }
                }
                for (int link : path) {
                    bytesOver.set(link, bytesOver.get(link) + edge.getValue());
                }
                flows.add(new Flow(path.stream().mapToInt(Integer::intValue).toArray(), edge.getValue()));
            }
            own += slowest(flows, capacity);
            flat += Arrays.stream(sent).max().orElse(0)
                    / (job.accelerators() * fleet.levels().getLast().guaranteed());
            stride *= dimension.degree();
        }
        double busiest = 0;
        for (var link : links.entrySet()) {
            if (link.getKey() >>> 40 < fleet.host()) {
                busiest = Math.max(busiest, bytesOver.get(link.getValue()) / wholeCapacity.get(link.getValue()));
            }
        }
        return new Times(own, flat, busiest, crossing);
    }

    private int link(
            TreeMap<Long, Integer> links,
            ArrayList<Double> capacity,
            ArrayList<Double> wholeCapacity,
            ArrayList<Double> bytesOver,
            Job job,
            int[] hosts,
            int level,
            int domain,
            int direction) {
        return links.computeIfAbsent((long) level << 40 | (long) domain << 1 | direction, key -> {
            long mine = Arrays.stream(hosts)
                    .filter(host -> fleet.domainOf()[level][host] == domain)
                    .count();
            capacity.add(mine * job.accelerators() * fleet.levels().get(level).guaranteed());
            wholeCapacity.add(fleet.acceleratorsBehind(level)[domain]
                    * fleet.levels().get(level).guaranteed());
            bytesOver.add(0.0);
            return links.size();
        });
    }

    /** Bytes by sending and receiving member. */
    private static TreeMap<Long, Double> edges(Job job, Job.Dimension dimension, int stride) {
        var edges = new TreeMap<Long, Double>();
        int degree = dimension.degree();
        for (int rank = 0; rank < job.members() * job.accelerators(); rank++) {
            int at = rank / stride % degree;
            for (int other = 0; other < degree; other++) {
                int to = rank + (other - at) * stride;
                double bytes = switch (dimension.traffic()) {
                    case RING -> (at + 1) % degree == other ? dimension.bytes() * 2 * (degree - 1) / degree : 0;
                    case ALL_TO_ALL -> dimension.bytes() / degree;
                    case POINT_TO_POINT -> other == at + 1 || other == at - 1 ? dimension.bytes() : 0;
                };
                if (bytes > 0 && to / job.accelerators() != rank / job.accelerators()) {
                    edges.merge((long) (rank / job.accelerators()) << 32 | to / job.accelerators(), bytes, Double::sum);
                }
            }
        }
        return edges;
    }

    private static double slowest(ArrayList<Flow> flows, ArrayList<Double> capacity) {
        var left = capacity.stream().mapToDouble(Double::doubleValue).toArray();
        var open = new int[left.length];
        flows.forEach(flow -> Arrays.stream(flow.links()).forEach(link -> open[link]++));
        var active = new ArrayList<>(flows);
        double slowest = 0;
        while (!active.isEmpty()) {
            double rate = Double.POSITIVE_INFINITY;
            for (int link = 0; link < left.length; link++) {
                if (open[link] > 0) {
                    rate = Math.min(rate, left[link] / open[link]);
                }
            }
            if (Double.isInfinite(rate)) {
                break;
            }
            var full = new boolean[left.length];
            for (int link = 0; link < left.length; link++) {
                full[link] = open[link] > 0 && left[link] / open[link] <= rate * (1 + 1e-9);
            }
            var rest = new ArrayList<Flow>();
            for (var flow : active) {
                if (Arrays.stream(flow.links()).anyMatch(link -> full[link])) {
                    slowest = Math.max(slowest, flow.bytes() / rate);
                    for (int link : flow.links()) {
                        left[link] -= rate;
                        open[link]--;
                    }
                } else if (flow.links().length > 0) {
                    rest.add(flow);
                }
            }
            active = rest;
        }
        return slowest;
    }
}
