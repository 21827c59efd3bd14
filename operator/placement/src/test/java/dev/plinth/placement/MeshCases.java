package dev.plinth.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Small clusters and gangs with a mesh: uneven trees, thin uplinks, members of part of a node, survivors that stay. */
final class MeshCases {
    record Case(List<Node> nodes, Topology topology, GangRequest request) {
        Cluster cluster() {
            return Cluster.of(topology, nodes);
        }
    }

    private MeshCases() {}

    static Case random(long seed) {
        var random = new Random(seed);
        var topology = random.nextBoolean()
                ? Topology.linked(level("rack", random), level(Topology.HOST, random))
                : Topology.linked(level("block", random), level("rack", random), level(Topology.HOST, random));
        var nodes = new ArrayList<Node>();
        int count = 3 + random.nextInt(4);
        int perMember = random.nextInt(3) == 0 ? 1 : 2;
        for (int i = 0; i < count; i++) {
            var rack = random.nextInt(3);
            var domains = new TreeMap<String, String>();
            domains.put("block", "b" + rack % 2);
            if (random.nextInt(12) > 0) {
                domains.put("rack", "r" + rack);
            }
            nodes.add(new Node("n" + i, domains, Resources.of(SmallCases.GPU, random.nextInt(5))));
        }
        var shapes = List.of(
                new int[] {2},
                new int[] {3},
                new int[] {4},
                new int[] {2, 2},
                new int[] {5},
                new int[] {3, 2},
                new int[] {2, 3});
        var shape = shapes.get(random.nextInt(shapes.size()));
        var dimensions = new ArrayList<Dimension>();
        int size = 1;
        if (perMember == 2 && random.nextBoolean()) {
            dimensions.add(Dimension.ring("tp", 2, 1e9));
        } else if (perMember == 2) {
            shape = shape.clone();
            shape[0] *= 2;
        }
        for (int i = 0; i < shape.length; i++) {
            size *= shape[i];
            dimensions.add(dimension("d" + i, shape[i], random));
        }
        size = dimensions.stream().mapToInt(Dimension::degree).reduce(1, (a, b) -> a * b) / perMember;
        var request = GangRequest.of("g", size, Resources.of(SmallCases.GPU, perMember))
                .talking(new Mesh(perMember, dimensions, java.util.Optional.empty()));
        if (random.nextInt(5) == 0) {
            request = request.requiring("rack");
        }
        if (random.nextInt(4) == 0) {
            var pinned = new TreeMap<Integer, String>();
            for (int member = 0; member < size; member++) {
                if (random.nextInt(2) == 0) {
                    pinned.put(member, "n" + random.nextInt(count));
                }
            }
            request = request.pinning(pinned);
        }
        return new Case(nodes, topology, request);
    }

    private static Topology.Level level(String name, Random random) {
        return new Topology.Level(
                name, new Uplink(List.of(50e9, 450e9, 25e9).get(random.nextInt(3)), 1 + random.nextInt(4)));
    }

    private static Dimension dimension(String name, int degree, Random random) {
        double bytes = Map.of(0, 1e9, 1, 4e9, 2, 2.5e8).getOrDefault(random.nextInt(3), 1e9);
        return switch (random.nextInt(3)) {
            case 0 -> Dimension.ring(name, degree, bytes);
            case 1 -> Dimension.allToAll(name, degree, bytes);
            default -> Dimension.pointToPoint(name, degree, bytes);
        };
    }
}
