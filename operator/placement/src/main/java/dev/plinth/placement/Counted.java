package dev.plinth.placement;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Places a gang of which nobody knows what its members exchange: only how many each domain gets matters, and which stay together. */
record Counted(GangRequest request, Pieces pieces) {
    record Answer(SortedMap<Integer, String> nodes, ExtraPods extras) {}

    /** @param allowed domains of one level, of which one must take all members */
    Optional<Answer> place(List<Domain> allowed) {
        var answer = solve(pieces, allowed, Optional.empty());
        if (request.extras().leader().isEmpty() || answer.isPresent() && sitsWithMember(answer.get())) {
            return answer;
        }
        // The best places for the members left none for the leader beside them: try seats for it first.
        var seated = Seats.of(request, pieces, allowed)
                .flatMap(
                        seat -> solve(
                                pieces.seating(seat.node(), seat.room()),
                                List.of(seat.domain()),
                                Optional.of(seat.node()))
                                .stream());
        return Stream.concat(answer.stream(), Seats.isLarge(pieces.cluster()) ? seated.limit(1) : seated)
                .min((a, b) -> Arrays.compare(spread(a), spread(b)));
    }

    /** All that it takes for the members; the leader and the spares are another matter. */
    boolean hasRoom(List<Domain> allowed) {
        return request.unplaced() == 0 || allowed.stream().anyMatch(domain -> pieces.in(domain) >= request.unplaced());
    }

    private Optional<Answer> solve(Pieces room, List<Domain> allowed, Optional<Integer> seat) {
        var cluster = pieces.cluster();
        if (!new Counted(request, room).hasRoom(allowed)) {
            return Optional.empty();
        }
        var taken = request.unplaced() > 0
                ? new Solver(room, request.unplaced(), preferred()).solve(allowed)
                : new int[cluster.size()];
        var nodes = new RankOrder(cluster, request).assign(taken);
        var positions = positions(nodes);
        var extras = seat.isEmpty()
                ? ExtraPods.of(request, cluster, pieces.rooms(), taken, positions)
                : ExtraPods.of(request, cluster, pieces.rooms(), taken, positions, seat);
        return extras.map(others -> new Answer(nodes, others)).or(() -> reserved(room, allowed, seat));
    }

    /** With room for the spares kept from the start. */
    private Optional<Answer> reserved(Pieces room, List<Domain> allowed, Optional<Integer> seat) {
        if (request.extras().spares().count() == 0) {
            return Optional.empty();
        }
        var cluster = pieces.cluster();
        return new Reserve(request, room).of(allowed).flatMap(shares -> {
            var nodes = new RankOrder(cluster, request).assign(shares.taken());
            var all = shares.taken().clone();
            shares.spares().forEach(node -> all[node]++);
            var leader = request.extras().leader().isEmpty() || seat.isPresent()
                    ? seat
                    : ExtraPods.leader(request, cluster, all, positions(nodes)[0]);
            return leader.isEmpty() && request.extras().leader().isPresent()
                    ? Optional.empty()
                    : Optional.of(new Answer(
                            nodes,
                            new ExtraPods(
                                    leader.map(node -> cluster.at(node).name()),
                                    shares.spares().stream()
                                            .map(node -> cluster.at(node).name())
                                            .toList())));
        });
    }

    private int preferred() {
        return request.preferredLevel().map(pieces.cluster().topology()::depth).orElse(0);
    }

    private static boolean sitsWithMember(Answer answer) {
        return answer.extras().leader().map(answer.nodes()::containsValue).orElse(true);
    }

    /** Domains that members and leader use: of the preferred level, then of all from the outermost inwards. */
    private long[] spread(Answer answer) {
        var cluster = pieces.cluster();
        var positions = IntStream.concat(
                        Arrays.stream(positions(answer.nodes())),
                        answer.extras().leader().stream().flatMapToInt(node -> cluster.position(node).stream()))
                .toArray();
        return IntStream.concat(
                        IntStream.of(preferred()),
                        IntStream.rangeClosed(0, cluster.topology().hostDepth()))
                .mapToLong(depth -> Arrays.stream(positions)
                        .map(position -> cluster.fabric().domainOf()[depth][position])
                        .distinct()
                        .count())
                .toArray();
    }

    private int[] positions(SortedMap<Integer, String> nodes) {
        return nodes.values().stream()
                .mapToInt(node -> pieces.cluster().position(node).orElseThrow())
                .toArray();
    }
}
