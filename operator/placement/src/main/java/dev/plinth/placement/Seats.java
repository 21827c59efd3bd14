package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Where a leader that needs room of its own could sit among its members. */
final class Seats {
    private static final int DOMAINS_A_LEVEL = 4;

    /**
     * A domain in which there is room for the leader and all members.
     *
     * @param node where the leader takes least from the members
     * @param room members that the node can take beside it
     */
    record Seat(Domain domain, int node, int room) {}

    private final Pieces pieces;
    private final int members;
    /** Members that each node can take beside the leader; -1 if it cannot take the leader. */
    private final int[] beside;

    private Seats(GangRequest request, Pieces pieces) {
        this.pieces = pieces;
        this.members = request.unplaced();
        this.beside = new int[pieces.cluster().size()];
        var leader = request.extras().leader().orElseThrow();
        Arrays.setAll(beside, position -> {
            var node = pieces.cluster().at(position);
            boolean open = Rooms.barrier(node, request).isEmpty() && node.free().covers(leader);
            return open ? node.free().minus(leader).times(request.perMember(), GangRequest.MAX_SIZE) : -1;
        });
    }

    /** Level by level, the innermost first; of a level the tightest domains. */
    static List<List<Seat>> of(GangRequest request, Pieces pieces, List<Domain> allowed) {
        var seats = new Seats(request, pieces);
        var byLevel = new ArrayList<List<Seat>>();
        for (int depth = pieces.cluster().topology().hostDepth(); depth >= -1; depth--) {
            var domains = depth < 0
                    ? List.of(pieces.cluster().root())
                    : pieces.cluster().domains(depth);
            byLevel.add(domains.stream()
                    .filter(domain -> pieces.in(domain) >= seats.members)
                    .filter(domain -> allowed.stream().anyMatch(outer -> outer.encloses(domain)))
                    .map(seats::in)
                    .filter(seat -> seat.node() >= 0)
                    .sorted(Comparator.comparingLong(seat -> pieces.in(seat.domain())))
                    .limit(DOMAINS_A_LEVEL)
                    .toList());
        }
        return byLevel;
    }

    /** The best seat in a domain; without a node if there is none that leaves room for the members. */
    private Seat in(Domain domain) {
        int best = -1;
        for (int node = domain.from(); node < domain.to(); node++) {
            if (beside[node] >= 0 && (best < 0 || better(node, best))) {
                best = node;
            }
        }
        boolean enough = best >= 0 && pieces.rooms().in(domain) - loss(best) >= members;
        return new Seat(domain, enough ? best : -1, enough ? beside[best] : 0);
    }

    private boolean better(int node, int other) {
        int loss = loss(node);
        int otherLoss = loss(other);
        return loss != otherLoss ? loss < otherLoss : beside[node] > beside[other];
    }

    /** Members in whole pieces that the node can take no more. */
    private int loss(int node) {
        int piece = pieces.unit()[pieces.cluster().topology().hostDepth()];
        return (pieces.rooms().perNode()[node] / piece - beside[node] / piece) * piece;
    }
}
