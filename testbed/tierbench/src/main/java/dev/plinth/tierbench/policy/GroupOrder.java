package dev.plinth.tierbench.policy;

import dev.plinth.placement.Cluster;
import dev.plinth.placement.Node;
import dev.plinth.placement.Placement.Placed;
import dev.plinth.placement.Placer;
import dev.plinth.placement.Resources;
import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/** The hosts that another policy chooses, with the ranks laid on them in our group order: what the choice of hosts alone is worth. */
public record GroupOrder(Policy chooser) implements Policy {
    @Override
    public String policyName() {
        return chooser.policyName() + ", our order";
    }

    @Override
    public Optional<int[]> place(Occupancy occupancy, Job job) {
        return chooser.place(occupancy, job).map(hosts -> {
            var all = hosts.clone();
            var members = Arrays.copyOf(hosts, job.members());
            System.arraycopy(ordered(occupancy, job, members), 0, all, 0, members.length);
            return all;
        });
    }

    private static int[] ordered(Occupancy occupancy, Job job, int[] hosts) {
        var fleet = occupancy.fleet();
        var pods = new TreeMap<Integer, Integer>();
        for (int host : hosts) {
            pods.merge(host, 1, Integer::sum);
        }
        var nodes = new ArrayList<Node>();
        var positions = new TreeMap<String, Integer>();
        for (int host = 0; host < fleet.size(); host++) {
            var domains = new TreeMap<String, String>();
            for (int level = 0; level < fleet.host(); level++) {
                domains.put(fleet.levels().get(level).name(), "%06d".formatted(fleet.domainOf()[level][host]));
            }
            var name = fleet.hosts().get(host);
            var free = Resources.of(Plinth.GPU, (long) pods.getOrDefault(host, 0) * job.accelerators());
            nodes.add(new Node(name, domains, free, Optional.empty(), new TreeMap<>(), fleet.accelerators()[host]));
            positions.put(name, host);
        }
        return switch (Placer.place(Plinth.request(job), Cluster.of(Plinth.topology(fleet), nodes))) {
            case Placed placed ->
                placed.nodes().values().stream()
                        .mapToInt(name -> positions.getOrDefault(name, -1))
                        .toArray();
            default -> hosts;
        };
    }
}
