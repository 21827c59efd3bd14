package dev.plinth.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Small clusters and gangs of every kind: uneven domains, missing labels, closed nodes, part-node members, pinned survivors. */
final class SmallCases {
    static final String GPU = "nvidia.com/gpu";

    record Case(Topology topology, List<Node> nodes, GangRequest request) {
        Cluster cluster() {
            return Cluster.of(topology, nodes);
        }

        Judge judge() {
            return new Judge(request, topology, nodes);
        }
    }

    private SmallCases() {}

    static Arbitrary<Case> cases() {
        var topologies = Arbitraries.of(
                Topology.of(), Topology.of("rack"), Topology.of("block", "rack"), Topology.of("zone", "block", "rack"));
        return topologies.flatMap(topology -> nodes(topology)
                .flatMap(nodes -> requests(topology, nodes).map(request -> new Case(topology, nodes, request))));
    }

    /** New gangs of slices that must share a domain, some of them made of smaller slices that must share an inner one. */
    static Arbitrary<Case> sliced() {
        var shapes = Arbitraries.of(
                List.of(2, 1, 1), List.of(2, 1, 2), List.of(2, 1, 3), List.of(2, 2, 1), List.of(3, 1, 2));
        return Combinators.combine(
                        cases(),
                        shapes,
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 3))
                .as((plain, shape, inner, outer) -> {
                    var levels = plain.topology().levels();
                    int deep = Math.min(Math.max(inner, outer), levels.size() - 1);
                    int high = Math.min(Math.min(inner, outer), deep);
                    var dimensions = List.of(
                            Dimension.ring("slice", shape.get(0), 0).requiring(levels.get(deep)),
                            Dimension.ring("group", shape.get(1), 0).requiring(levels.get(high)),
                            Dimension.ring("groups", shape.get(2), 0));
                    int size = shape.get(0) * shape.get(1) * shape.get(2);
                    var request = plain.request();
                    return new Case(
                            plain.topology(),
                            plain.nodes(),
                            new GangRequest(
                                    "g",
                                    size,
                                    Resources.of(GPU, 1),
                                    request.requiredLevel(),
                                    request.preferredLevel(),
                                    new TreeMap<>(),
                                    request.avoid(),
                                    new Mesh(1, dimensions, Optional.empty()),
                                    GangRequest.of("g", size, Resources.of(GPU, 1))
                                            .extras()));
                });
    }

    private static Arbitrary<List<Node>> nodes(Topology topology) {
        var gpus = Arbitraries.longs().between(0, 4);
        var cpus = Arbitraries.longs().between(0, 8).map(cpu -> cpu * 1000);
        var labels = Arbitraries.integers()
                .between(0, 3)
                .list()
                .ofSize(topology.levels().size());
        var closed = Arbitraries.of(List.of(false, false, false, false, false, true));
        var kinds = Combinators.combine(gpus, cpus, labels, closed).as((gpu, cpu, label, isClosed) -> {
            var domains = new TreeMap<String, String>();
            for (int i = 0; i < topology.levels().size() - 1; i++) {
                if (label.get(i) > 0) {
                    domains.put(topology.levels().get(i), "d" + label.get(i) % 3);
                }
            }
            return new Node(
                    "",
                    domains,
                    new Resources(Map.of(GPU, gpu, "cpu", cpu)),
                    isClosed ? Optional.of("cordoned") : Optional.empty(),
                    new TreeMap<>());
        });
        return kinds.list().ofMinSize(2).ofMaxSize(7).map(SmallCases::named);
    }

    private static List<Node> named(List<Node> nodes) {
        var named = new ArrayList<Node>();
        for (var node : nodes) {
            named.add(new Node("n" + named.size(), node.domains(), node.free(), node.closed(), node.holders()));
        }
        return named;
    }

    private static Arbitrary<GangRequest> requests(Topology topology, List<Node> nodes) {
        var sizes = Arbitraries.integers().between(1, 5);
        var demands = Arbitraries.of(
                Resources.of(GPU, 1),
                Resources.of(GPU, 2),
                Resources.of(GPU, 4),
                new Resources(Map.of(GPU, 1L, "cpu", 3000L)));
        var required = Arbitraries.of(topology.levels()).optional(0.3);
        var preferred = Arbitraries.of(topology.levels()).optional(0.7);
        var pins = Arbitraries.integers().between(0, 40).list().ofMaxSize(6);
        var avoided = Arbitraries.integers().between(0, 30);
        return Combinators.combine(sizes, demands, required, preferred, pins, avoided)
                .as((size, demand, requiredLevel, preferredLevel, pin, avoid) -> {
                    var pinned = new TreeMap<Integer, String>();
                    for (int i = 0; i < Math.min(size, pin.size()); i++) {
                        if (pin.get(i) < nodes.size()) {
                            pinned.put(i, nodes.get(pin.get(i)).name());
                        }
                    }
                    var avoids = new TreeMap<String, String>();
                    if (avoid < nodes.size()) {
                        avoids.put(nodes.get(avoid).name(), "lost");
                    }
                    return new GangRequest(
                            "g",
                            size,
                            demand,
                            requiredLevel,
                            preferredLevel,
                            pinned,
                            avoids,
                            Mesh.NONE,
                            GangRequest.of("g", size, demand).extras());
                });
    }
}
