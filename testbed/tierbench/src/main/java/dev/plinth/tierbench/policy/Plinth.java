package dev.plinth.tierbench.policy;

import dev.plinth.placement.Capacity;
import dev.plinth.placement.Dimension;
import dev.plinth.placement.GangRequest;
import dev.plinth.placement.Holder;
import dev.plinth.placement.Mesh;
import dev.plinth.placement.Placement;
import dev.plinth.placement.Placement.Placed;
import dev.plinth.placement.Placer;
import dev.plinth.placement.Resources;
import dev.plinth.placement.Topology;
import dev.plinth.placement.Uplink;
import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The library of this project, with its book kept up to date as the operator keeps it. */
public final class Plinth implements Policy {
    static final String GPU = "nvidia.com/gpu";

    private final TreeMap<String, Integer> positions = new TreeMap<>();
    private Optional<Occupancy> known = Optional.empty();
    private Capacity book = new Capacity(new Topology(List.of()));
    private Optional<Placed> last = Optional.empty();

    @Override
    public String policyName() {
        return "Plinth";
    }

    @Override
    public Optional<int[]> place(Occupancy occupancy, Job job) {
        if (known.isEmpty() || known.get() != occupancy) {
            open(occupancy);
        }
        last = Optional.empty();
        return switch (Placer.place(request(job), book.snapshot())) {
            case Placement.Unplaceable _ -> Optional.empty();
            case Placed placed -> {
                last = Optional.of(placed);
                yield Optional.of(placed.nodes().values().stream()
                        .mapToInt(name -> positions.getOrDefault(name, -1))
                        .toArray());
            }
        };
    }

    /** The whole answer to the last job, if it was placed. */
    public Optional<Placed> last() {
        return last;
    }

    /** Takes over the state of a cluster; a policy that is not timed for it calls this before the first decision. */
    public void open(Occupancy occupancy) {
        known = Optional.of(occupancy);
        var fleet = occupancy.fleet();
        book = book(fleet);
        positions.clear();
        for (int host = 0; host < fleet.size(); host++) {
            positions.put(fleet.hosts().get(host), host);
        }
        changed(java.util.stream.IntStream.range(0, fleet.size()).toArray());
        book.snapshot();
    }

    @Override
    public void changed(int[] hosts) {
        known.ifPresent(occupancy -> {
            for (int host : Arrays.stream(hosts).distinct().toArray()) {
                observe(book, occupancy, host);
            }
        });
    }

    private static void observe(Capacity book, Occupancy occupancy, int host) {
        var name = occupancy.fleet().hosts().get(host);
        int used = occupancy.fleet().accelerators()[host] - occupancy.free(host);
        book.observe(new Holder("others", name), name, Resources.of(GPU, used));
    }

    static Capacity book(Fleet fleet) {
        var book = new Capacity(topology(fleet));
        for (int host = 0; host < fleet.size(); host++) {
            var domains = new TreeMap<String, String>();
            for (int level = 0; level < fleet.host(); level++) {
                domains.put(fleet.levels().get(level).name(), "%06d".formatted(fleet.domainOf()[level][host]));
            }
            book.putNode(
                    fleet.hosts().get(host), domains, Resources.of(GPU, fleet.accelerators()[host]), Optional.empty());
        }
        return book;
    }

    static Topology topology(Fleet fleet) {
        return Topology.linked(fleet.levels().stream()
                .map(level -> new Topology.Level(level.name(), new Uplink(level.bandwidth(), level.oversubscription())))
                .toArray(Topology.Level[]::new));
    }

    static GangRequest request(Job job) {
        var request = GangRequest.of(job.id(), job.members(), Resources.of(GPU, job.accelerators()))
                .talking(mesh(job));
        if (job.required().isPresent()) {
            request = request.requiring(job.required().get());
        }
        return request;
    }

    /** The declared mesh; a job that declares only slices has them as a dimension without traffic. */
    private static Mesh mesh(Job job) {
        var dimensions = new ArrayList<Dimension>();
        for (var each : job.mesh()) {
            dimensions.add(
                    switch (each.traffic()) {
                        case RING -> Dimension.ring(each.name(), each.degree(), each.bytes());
                        case ALL_TO_ALL -> Dimension.allToAll(each.name(), each.degree(), each.bytes());
                        case POINT_TO_POINT -> Dimension.pointToPoint(each.name(), each.degree(), each.bytes());
                    });
        }
        if (dimensions.isEmpty() && job.slice().isPresent()) {
            var slice = job.slice().get();
            int ranks = slice.size() * job.accelerators();
            dimensions.add(Dimension.ring("slice", ranks, 0).requiring(slice.level()));
            dimensions.add(Dimension.ring("slices", job.members() / slice.size(), 0));
        }
        return new Mesh(job.accelerators(), dimensions, Optional.empty());
    }
}
