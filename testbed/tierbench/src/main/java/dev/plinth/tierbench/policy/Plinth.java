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
import dev.plinth.tierbench.input.Needs;
import dev.plinth.tierbench.input.Occupancy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

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
                var leader = placed.leader().filter(node -> job.leader().isPresent());
                yield Optional.of(Stream.concat(placed.nodes().values().stream(), leader.stream())
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

    /**
     * Why no cluster of these levels could serve a job, whatever is free, and what to change; empty if one could. What is free is
     * kept out of it: the job is put before a cluster of one node without anything. So are slices, which may stand for its mesh.
     */
    public static Optional<String> complaint(Fleet fleet, Job job) {
        var bare = new Capacity(topology(fleet));
        bare.putNode("none", new TreeMap<>(), Resources.NONE, Optional.empty());
        var extras = job.extras();
        var whole = job.asking(new Job.Extras(extras.requests(), List.of(), extras.leader(), extras.avoid()));
        return Placer.place(request(whole), bare.snapshot()) instanceof Placement.Unplaceable(var explanation)
                        && explanation.levels().isEmpty()
                ? Optional.of(explanation.reason() + "; " + explanation.smallestChange())
                : Optional.empty();
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
        var free = occupancy.isDown(host)
                ? Resources.NONE
                : resources(new Needs(occupancy.free(host), occupancy.others(host)));
        var used = resources(occupancy.fleet(), host).minus(free);
        book.observe(new Holder("others", name), name, used);
    }

    static Capacity book(Fleet fleet) {
        var book = new Capacity(topology(fleet));
        for (int host = 0; host < fleet.size(); host++) {
            var domains = new TreeMap<String, String>();
            for (int level = 0; level < fleet.host(); level++) {
                if (fleet.labelled()[level][host]) {
                    domains.put(fleet.levels().get(level).name(), "%06d".formatted(fleet.domainOf()[level][host]));
                }
            }
            book.putNode(fleet.hosts().get(host), domains, resources(fleet, host), Optional.empty());
        }
        return book;
    }

    private static Resources resources(Fleet fleet, int host) {
        return resources(new Needs(fleet.accelerators()[host], fleet.others().get(host)));
    }

    private static Resources resources(Needs needs) {
        return new Resources(needs.others()).plus(Resources.of(GPU, needs.accelerators()));
    }

    static Topology topology(Fleet fleet) {
        return Topology.linked(fleet.levels().stream()
                .map(level -> new Topology.Level(level.name(), new Uplink(level.bandwidth(), level.oversubscription())))
                .toArray(Topology.Level[]::new));
    }

    static GangRequest request(Job job) {
        var request =
                GangRequest.of(job.id(), job.members(), resources(job.member())).talking(mesh(job));
        if (job.leader().isPresent()) {
            request = request.leading(resources(job.leader().get()));
        }
        if (!job.extras().avoid().isEmpty()) {
            var avoided = new TreeMap<String, String>();
            job.extras().avoid().forEach(node -> avoided.put(node, "the job cannot use it"));
            request = request.avoiding(avoided);
        }
        if (job.required().isPresent()) {
            request = request.requiring(job.required().get());
        }
        return job.preferred().map(request::preferring).orElse(request);
    }

    /** The declared mesh, whose dimensions keep the slices together if they can; else slices of which nothing is known. */
    private static Mesh mesh(Job job) {
        var slices = job.extras().slices();
        var levels = new TreeMap<Long, String>();
        slices.forEach(slice -> levels.put((long) slice.size() * job.accelerators(), slice.level()));
        var dimensions = new ArrayList<Dimension>();
        long ranks = 1;
        for (var each : job.mesh()) {
            ranks *= each.degree();
            var level = Optional.ofNullable(levels.ceilingEntry(ranks)).map(Map.Entry::getValue);
            var dimension = dimension(each);
            dimensions.add(level.map(dimension::requiring).orElse(dimension));
            levels.remove(ranks);
        }
        return levels.isEmpty() || slices.isEmpty()
                ? new Mesh(Math.max(1, job.accelerators()), dimensions, Optional.empty())
                : silent(job);
    }

    private static Dimension dimension(Job.Dimension each) {
        return switch (each.traffic()) {
            case RING -> Dimension.ring(each.name(), each.degree(), each.bytes());
            case ALL_TO_ALL -> Dimension.allToAll(each.name(), each.degree(), each.bytes());
            case POINT_TO_POINT -> Dimension.pointToPoint(each.name(), each.degree(), each.bytes());
        };
    }

    private static Mesh silent(Job job) {
        var dimensions = new ArrayList<Dimension>();
        int inner = 1;
        for (var slice : job.extras().slices().reversed()) {
            dimensions.add(Dimension.ring("slice of " + slice.size(), slice.size() / inner, 0)
                    .requiring(slice.level()));
            inner = slice.size();
        }
        dimensions.add(Dimension.ring("slices", job.members() / inner, 0));
        return new Mesh(1, dimensions, Optional.empty());
    }
}
