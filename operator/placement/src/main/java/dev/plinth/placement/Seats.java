package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where a leader that needs room of its own could sit among its members. */
final class Seats {
    private static final int DOMAINS_A_LEVEL = 4;
    /** Each seat costs a search through all nodes, so there are fewer on large clusters. */
    private static final int SEARCHED_NODES = 8_192;

    /**
     * A domain in which there is room for the leader, all members and all spares.
     *
     * @param room members that the node can take beside the leader
     */
    record Seat(Domain domain, int node, int room) {}

    private final GangRequest request;
    private final Pieces pieces;
    /** Members that each node can take beside the leader; -1 if it cannot take the leader. */
    private final int[] beside;

    private Seats(GangRequest request, Pieces pieces) {
        this.request = request;
        this.pieces = pieces;
        this.beside = new int[pieces.cluster().size()];
        var leader = request.extras().leader().orElseThrow();
        var fits = pieces.cluster().room(leader);
        Arrays.setAll(beside, position -> {
            var node = pieces.cluster().at(position);
            return fits[position] > 0 && !request.avoid().containsKey(node.name()) && isWithSurvivors(position)
                    ? node.free().timesBeside(leader, request.perMember(), GangRequest.MAX_SIZE)
                    : -1;
        });
    }

    private boolean isWithSurvivors(int position) {
        return request.pinned().values().stream()
                .flatMapToInt(node -> pieces.cluster().position(node).stream())
                .allMatch(member -> ExtraPods.allowedForLeader(request, pieces.cluster(), position, member));
    }

    /** Those worth a search; on a large cluster only the first that has an answer. */
    static Stream<Seat> of(GangRequest request, Pieces pieces, List<Domain> allowed) {
        var seats = new Seats(request, pieces);
        int most = SEARCHED_NODES / Math.max(1, pieces.cluster().size());
        return Stream.concat(
                seats.inTightest(allowed).stream(),
                most == 0 ? Stream.empty() : seats.ofEachKind(allowed).stream().limit(most));
    }

    static boolean isLarge(Cluster cluster) {
        return cluster.size() > SEARCHED_NODES;
    }

    /** The best seat of each of the tightest domains of the innermost level that has any, and of the level of those allowed. */
    private List<Seat> inTightest(List<Domain> allowed) {
        int outermost = allowed.isEmpty() ? -1 : allowed.getFirst().depth();
        var found = new ArrayList<Seat>();
        for (int depth = pieces.cluster().topology().hostDepth(); depth >= outermost; depth--) {
            if (!found.isEmpty() && depth > outermost) {
                continue;
            }
            var domains = depth < 0
                    ? List.of(pieces.cluster().root())
                    : pieces.cluster().domains(depth);
            domains.stream()
                    .filter(domain -> pieces.in(domain) >= request.wanted())
                    .filter(domain -> allowed.stream().anyMatch(outer -> outer.encloses(domain)))
                    .flatMap(domain -> nodes(domain)
                            .boxed()
                            .min(byLoss())
                            .filter(node -> leavesEnough(domain, node))
                            .map(node -> new Seat(domain, node, beside[node]))
                            .stream())
                    .sorted(Comparator.comparingLong(seat -> pieces.in(seat.domain())))
                    .limit(DOMAINS_A_LEVEL)
                    .forEach(found::add);
        }
        return found;
    }

    /** One node of each kind that makes no difference, those first that cost the members least. */
    private List<Seat> ofEachKind(List<Domain> allowed) {
        var cluster = pieces.cluster();
        int rack = Math.max(0, cluster.topology().hostDepth() - 1);
        var kinds = new TreeMap<String, Seat>();
        for (var domain : allowed) {
            nodes(domain)
                    .filter(node -> leavesEnough(domain, node))
                    .forEach(node -> kinds.putIfAbsent(
                            cluster.fabric().domainOf()[rack][node] + " "
                                    + pieces.rooms().perNode()[node] + " " + beside[node],
                            new Seat(domain, node, beside[node])));
        }
        return kinds.values().stream()
                .sorted(Comparator.comparing(Seat::node, byLoss()))
                .toList();
    }

    private IntStream nodes(Domain domain) {
        return IntStream.range(domain.from(), domain.to()).filter(node -> beside[node] >= 0);
    }

    private boolean leavesEnough(Domain domain, int node) {
        return pieces.rooms().in(domain) - loss(node) >= request.wanted();
    }

    private Comparator<Integer> byLoss() {
        return Comparator.comparingInt((Integer node) -> loss(node))
                .thenComparingInt(node -> -beside[node])
                .thenComparingInt(node -> node);
    }

    /** Members in whole pieces that the node can take no more. */
    private int loss(int node) {
        int piece = pieces.unit()[pieces.cluster().topology().hostDepth()];
        return (pieces.rooms().perNode()[node] / piece - beside[node] / piece) * piece;
    }
}
