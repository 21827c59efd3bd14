package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The least that would let a gang start, and the next best way. */
record Remedy(GangRequest request, Cluster cluster, Rooms rooms, List<Domain> allowed) {
    private static final int NAMED = 5;

    String text() {
        if (cluster.size() == 0) {
            return "add nodes";
        }
        if (allowed.stream().anyMatch(domain -> rooms.in(domain) >= request.unplaced())) {
            return looserWishes();
        }
        return smallerMembers().orElseGet(this::moreOrOtherRoom);
    }

    private String moreOrOtherRoom() {
        return Stream.of(labelsOrMoves(), openNodes(), widerLevel(), otherHolder(), largerCluster(), moreRoom())
                .flatMap(Optional::stream)
                .limit(2)
                .collect(Collectors.joining(", or "));
    }

    /** There is room enough, but not as it is asked for. */
    private String looserWishes() {
        var required = request.mesh().dimensions().stream()
                .filter(dimension -> dimension.required().isPresent())
                .map(dimension -> "prefer " + dimension.required().orElseThrow() + " for " + dimension.name()
                        + " instead of requiring it");
        var spread = request.extras().spread().stream()
                .map(wish -> "let members of a group of " + wish.dimension() + " share a " + wish.level());
        var spares = Stream.of("ask for fewer spares")
                .filter(way -> request.extras().spares().count() > 0);
        return Stream.of(required, spread, spares)
                .flatMap(ways -> ways)
                .reduce((a, b) -> a + ", or " + b)
                .orElse("free more room");
    }

    /** No node is large enough for one member, even if it were empty: nothing else can help. What no node has at all comes first. */
    private Optional<String> smallerMembers() {
        return request.perMember().amounts().entrySet().stream()
                .filter(need -> need.getValue() > largest(need.getKey()))
                .map(Map.Entry::getKey)
                .min(Comparator.comparingLong(this::largest))
                .map(resource -> largest(resource) == 0
                        ? "add nodes with " + resource + ", which no node has"
                        : "let a member need at most " + Resources.of(resource, largest(resource))
                                + ", which is all that the largest node has, or add larger nodes");
    }

    private long largest(String resource) {
        return cluster.nodes().stream()
                .mapToLong(node -> whole(node).amount(resource))
                .max()
                .orElse(0);
    }

    private Optional<String> labelsOrMoves() {
        if (!allowed.isEmpty() || request.requiredLevel().isEmpty()) {
            return Optional.empty();
        }
        var level = request.requiredLevel().get();
        return Optional.of(
                request.pinned().isEmpty()
                        ? "label the nodes with their " + level
                        : "replace all members, so that they can move into one " + level);
    }

    /** The fewest closed nodes that would make room enough in one of the allowed domains. */
    private Optional<String> openNodes() {
        return allowed.stream()
                .map(this::openNodes)
                .flatMap(Optional::stream)
                .min(Comparator.comparingInt(List::size))
                .map(nodes -> "make " + (nodes.size() == 1 ? "" : nodes.size() + " nodes ")
                        + named(nodes.stream().limit(NAMED).toList())
                        + (nodes.size() > NAMED ? " and others" : "") + " usable");
    }

    private Optional<List<Node>> openNodes(Domain domain) {
        var closed = nodes(domain)
                .filter(node -> Rooms.barrier(node, request).isPresent() && Rooms.ifOpen(node, request) > 0)
                .sorted(Comparator.comparingInt((Node node) -> Rooms.ifOpen(node, request))
                        .reversed())
                .toList();
        long room = rooms.in(domain);
        var opened = new ArrayList<Node>();
        for (var node : closed) {
            if (room >= request.unplaced()) {
                break;
            }
            opened.add(node);
            room += Rooms.ifOpen(node, request);
        }
        return room >= request.unplaced() ? Optional.of(opened) : Optional.empty();
    }

    /** Each with its reason, or one reason for all. */
    private String named(List<Node> nodes) {
        var reasons = nodes.stream().map(this::reason).distinct().toList();
        return reasons.size() == 1
                ? nodes.stream().map(Node::name).collect(Collectors.joining(", ")) + " (" + reasons.getFirst() + ")"
                : nodes.stream()
                        .map(node -> node.name() + " (" + reason(node) + ")")
                        .collect(Collectors.joining(", "));
    }

    private String reason(Node node) {
        return Rooms.barrier(node, request).orElse("closed");
    }

    private Optional<String> widerLevel() {
        if (request.requiredLevel().isEmpty() || rooms.in(cluster.root()) < request.unplaced()) {
            return Optional.empty();
        }
        var level = request.requiredLevel().get();
        return IntStream.range(0, cluster.topology().depth(level))
                .boxed()
                .sorted(Comparator.reverseOrder())
                .filter(depth -> cluster.domains(depth).stream().anyMatch(this::couldServe))
                .findFirst()
                .map(depth -> "require " + cluster.topology().levels().get(depth) + " instead of " + level)
                .or(() -> Optional.of("prefer " + level + " instead of requiring it"));
    }

    private boolean couldServe(Domain domain) {
        return domain.labelled()
                && rooms.in(domain) >= request.unplaced()
                && rooms.hasAllPinnedOf(domain, cluster.root());
    }

    /** One holder whose end would make room enough; the one that holds room for the fewest members. */
    private Optional<String> otherHolder() {
        record Way(String owner, long room) {}
        return allowed.stream()
                .flatMap(domain -> roomByHolder(domain).entrySet().stream()
                        .filter(extra -> rooms.in(domain) + extra.getValue() >= request.unplaced())
                        .map(extra -> new Way(extra.getKey(), extra.getValue())))
                .min(Comparator.comparingLong(Way::room).thenComparing(Way::owner))
                .map(way -> "wait until " + way.owner() + " ends, which makes room for " + way.room() + " more");
    }

    private TreeMap<String, Long> roomByHolder(Domain domain) {
        var extra = new TreeMap<String, Long>();
        nodes(domain)
                .filter(node -> Rooms.barrier(node, request).isEmpty())
                .forEach(node -> node.holders().forEach((owner, held) -> {
                    int without = node.free().plus(held).times(request.perMember(), GangRequest.MAX_SIZE);
                    extra.merge(owner, (long) without - Rooms.ifOpen(node, request), Long::sum);
                }));
        extra.remove(request.name());
        return extra;
    }

    /** Even if the allowed domains were empty, they would be too small. */
    private Optional<String> largerCluster() {
        long most = allowed.stream()
                .mapToLong(domain -> nodes(domain)
                        .mapToLong(node -> whole(node).times(request.perMember(), GangRequest.MAX_SIZE))
                        .sum())
                .max()
                .orElse(0);
        if (most >= request.unplaced()) {
            return Optional.empty();
        }
        var where = request.requiredLevel().map(level -> "a " + level).orElse("the cluster");
        return Optional.of("add nodes for " + (request.unplaced() - most) + " more members (" + where
                + " has room for at most " + most + " when nobody else uses it)");
    }

    private Optional<String> moreRoom() {
        return allowed.stream().map(rooms::in).max(Comparator.naturalOrder()).map(room -> {
            long missing = request.unplaced() - room;
            var ask = room == 0 ? "" : ", or ask for " + (request.size() - missing) + " members";
            return "free room for " + missing + (missing == 1 ? " more member" : " more members") + ask;
        });
    }

    private Stream<Node> nodes(Domain domain) {
        return cluster.nodes().subList(domain.from(), domain.to()).stream();
    }

    private static Resources whole(Node node) {
        var whole = node.free();
        for (var held : node.holders().values()) {
            whole = whole.plus(held);
        }
        return whole;
    }
}
