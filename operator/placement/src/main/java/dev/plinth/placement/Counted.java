package dev.plinth.placement;

import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.List;
import java.util.stream.IntStream;

/** Places a gang of which nobody knows what its members exchange: only how many each domain gets matters, and which stay together. */
record Counted(GangRequest request, Pieces pieces) {
    record Answer(SortedMap<Integer, String> nodes, ExtraPods extras) {}

    /** @param allowed domains of one level, of which one must take all members */
    Optional<Answer> place(List<Domain> allowed) {
        var answer = solve(pieces, allowed);
        if (request.extras().leader().isEmpty()
                || !request.pinned().isEmpty()
                || answer.isPresent() && sitsWithMember(answer.get())) {
            return answer;
        }
        // The best place for the members left none for the leader beside them: the leader chooses first.
        return Seats.of(request, pieces, allowed).stream()
                .map(seats -> seats.stream()
                        .flatMap(seat -> solve(pieces.with(seat.node(), seat.room()), List.of(seat.domain())).stream())
                        .min((a, b) -> Arrays.compare(spread(a), spread(b))))
                .flatMap(Optional::stream)
                .findFirst()
                .filter(other -> answer.isEmpty() || Arrays.compare(spread(other), spread(answer.get())) < 0)
                .or(() -> answer);
    }

    private Optional<Answer> solve(Pieces room, List<Domain> allowed) {
        var cluster = pieces.cluster();
        var taken = new int[cluster.size()];
        if (request.unplaced() > 0) {
            if (allowed.stream().noneMatch(domain -> room.in(domain) >= request.unplaced())) {
                return Optional.empty();
            }
            taken = new Solver(room, request.unplaced(), preferred()).solve(allowed);
        }
        var nodes = new RankOrder(cluster, request).assign(taken);
        return ExtraPods.of(request, cluster, pieces.rooms(), taken, positions(nodes))
                .map(extras -> new Answer(nodes, extras));
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
                        answer.extras().leader().stream()
                                .flatMapToInt(node -> cluster.position(node).stream()))
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
