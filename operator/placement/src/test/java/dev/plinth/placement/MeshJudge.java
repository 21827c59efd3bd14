package dev.plinth.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tries every way to place a small gang with a mesh and times it from the definition: each rank sends its bytes to each partner,
 * each byte is charged to the uplink of every domain that it leaves or enters. Shares no code with the solver.
 */
final class MeshJudge {
    /** Seconds of the gang's own traffic, and of the busiest shared uplink. */
    record Times(double own, double uplink) {}

    private final MeshCases.Case small;
    private Optional<Times> best = Optional.empty();

    MeshJudge(MeshCases.Case small) {
        this.small = small;
    }

    Optional<Times> best() {
        enumerate(new ArrayList<>(), new TreeMap<>());
        return best;
    }

    private void enumerate(List<Node> placed, Map<String, Integer> taken) {
        var request = small.request();
        if (placed.size() == request.size()) {
            var times = times(placed);
            if (times.isPresent()
                    && (best.isEmpty()
                            || times.get().own() < best.get().own() * (1 - 1e-6)
                            || times.get().own() <= best.get().own() * (1 + 1e-6)
                                    && times.get().uplink() < best.get().uplink())) {
                best = times;
            }
            return;
        }
        for (var node : small.nodes()) {
            var pin = request.pinned().get(placed.size());
            if (pin != null ? pin.equals(node.name()) : taken.getOrDefault(node.name(), 0) < room(node)) {
                placed.add(node);
                taken.merge(node.name(), pin == null ? 1 : 0, Integer::sum);
                enumerate(placed, taken);
                taken.merge(node.name(), pin == null ? -1 : 0, Integer::sum);
                placed.removeLast();
            }
        }
    }

    private long room(Node node) {
        return node.free().amount(SmallCases.GPU) / small.request().perMember().amount(SmallCases.GPU);
    }

    /** Empty if the placement is not legal. */
    Optional<Times> times(List<Node> placed) {
        var required = small.request().requiredLevel();
        if (required.isPresent()
                && small.request().unplaced() > 0
                && (placed.stream()
                                        .map(node -> domain(node, required.get()))
                                        .distinct()
                                        .count()
                                > 1
                        || placed.stream().anyMatch(node -> !node.domains().containsKey(required.get())))) {
            return Optional.empty();
        }
        double own = 0;
        var uplinks = new TreeMap<String, Double>();
        for (int d = 0; d < small.request().mesh().dimensions().size(); d++) {
            double slowest = 0;
            for (var load : loads(placed, d).entrySet()) {
                var level = load.getKey().split("[|]")[1];
                var domain = load.getKey().split("[|]")[2];
                var uplink =
                        small.topology().uplinks().get(small.topology().levels().indexOf(level));
                double bandwidth = uplink.bytesPerSecond() / uplink.oversubscription();
                long members = placed.stream()
                        .filter(node -> domain(node, level).equals(domain))
                        .count();
                slowest = Math.max(
                        slowest,
                        load.getValue()
                                / (bandwidth * members * small.request().mesh().ranksPerMember()));
                if (!level.equals(Topology.HOST)) {
                    long accelerators = small.nodes().stream()
                            .filter(node -> domain(node, level).equals(domain))
                            .mapToLong(node -> Math.max(1, node.free().amount(SmallCases.GPU)))
                            .sum();
                    uplinks.merge(load.getKey(), load.getValue() / (bandwidth * accelerators), Double::sum);
                }
            }
            own += slowest;
        }
        return Optional.of(new Times(
                own, uplinks.values().stream().mapToDouble(each -> each).max().orElse(0)));
    }

    /** Bytes by direction, level and domain. */
    private TreeMap<String, Double> loads(List<Node> placed, int d) {
        var mesh = small.request().mesh();
        var dimension = mesh.dimensions().get(d);
        int stride = 1;
        for (int i = 0; i < d; i++) {
            stride *= mesh.dimensions().get(i).degree();
        }
        int degree = dimension.degree();
        var loads = new TreeMap<String, Double>();
        for (int rank = 0; rank < mesh.ranks(); rank++) {
            int c = rank / stride % degree;
            for (int other = 0; other < degree; other++) {
                double bytes = switch (dimension.traffic()) {
                    case RING -> other == (c + 1) % degree ? 2.0 * (degree - 1) / degree * dimension.bytesPerStep() : 0;
                    case ALL_TO_ALL -> dimension.bytesPerStep() / degree;
                    case POINT_TO_POINT -> Math.abs(other - c) == 1 ? dimension.bytesPerStep() : 0;
                };
                var from = placed.get(rank / mesh.ranksPerMember());
                var to = placed.get((rank + (other - c) * stride) / mesh.ranksPerMember());
                for (var level : small.topology().levels()) {
                    if (bytes > 0 && other != c && !domain(from, level).equals(domain(to, level))) {
                        loads.merge("out|" + level + "|" + domain(from, level), bytes, Double::sum);
                        loads.merge("in|" + level + "|" + domain(to, level), bytes, Double::sum);
                    }
                }
            }
        }
        return loads;
    }

    private String domain(Node node, String level) {
        var path = new StringBuilder();
        for (var each : small.topology().levels()) {
            path.append('/')
                    .append(
                            each.equals(Topology.HOST)
                                    ? node.name()
                                    : node.domains().getOrDefault(each, "?" + node.name()));
            if (each.equals(level)) {
                break;
            }
        }
        return path.toString();
    }
}
