package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** Whose end a gang would have to wait for to start. */
record Holdings(GangRequest request, Cluster cluster, Rooms rooms, List<Domain> allowed, Trials trials) {
    private static final int DOMAINS = 3;
    private static final int HOLDERS = 4;

    /**
     * What its holders keep from the gang in a domain.
     *
     * @param gains members for which the end of each holder alone makes room
     */
    private record Held(Domain domain, SortedMap<String, Long> gains) {}

    /** One holder whose end would do, the one that holds room for the fewest members; else several. */
    Optional<Change.End> fewest() {
        record Way(String owner, long room, long gain) {}
        var held =
                allowed.stream().map(domain -> new Held(domain, gains(domain))).toList();
        return held.stream()
                .flatMap(each -> each.gains().entrySet().stream()
                        .map(gain -> new Way(gain.getKey(), rooms.in(each.domain()), gain.getValue())))
                .filter(way -> way.room() + way.gain() >= request.unplaced())
                .sorted(Comparator.comparingLong(Way::gain).thenComparing(Way::owner))
                .limit(HOLDERS)
                .map(way -> new Change.End(List.of(way.owner()), way.gain()))
                .filter(trials::helps)
                .findFirst()
                .or(() -> several(held));
    }

    /** Of the domain with the most room, had it no holders: those that hold the most, as few as will do. */
    private Optional<Change.End> several(List<Held> held) {
        record Way(List<String> owners, SortedMap<String, Long> gains, long room) {}
        return held.stream()
                .map(each -> {
                    var most = each.gains().entrySet().stream()
                            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                            .limit(HOLDERS)
                            .toList();
                    return new Way(
                            most.stream().map(Map.Entry::getKey).toList(),
                            each.gains(),
                            rooms.in(each.domain())
                                    + most.stream()
                                            .mapToLong(Map.Entry::getValue)
                                            .sum());
                })
                .filter(way -> way.owners().size() > 1 && way.room() >= request.unplaced())
                .sorted(Comparator.comparingLong((Way way) -> -way.room()))
                .limit(DOMAINS)
                .flatMap(way -> severalOf(way.owners(), way.gains()).stream())
                .findFirst();
    }

    private Optional<Change.End> severalOf(List<String> owners, SortedMap<String, Long> gains) {
        IntFunction<Change.End> first = count -> end(owners.subList(0, count), gains);
        return trials.fewest(2, owners.size(), first).map(enough -> {
            var needed = new ArrayList<>(enough.owners());
            for (var owner : enough.owners()) {
                needed.remove(owner);
                if (!trials.helps(end(needed, gains))) {
                    needed.add(owner);
                }
            }
            return end(needed, gains);
        });
    }

    private static Change.End end(List<String> owners, SortedMap<String, Long> gains) {
        return new Change.End(
                owners,
                owners.stream()
                        .mapToLong(owner -> gains.getOrDefault(owner, 0L))
                        .sum());
    }

    /** Members for which the end of each holder alone makes room on the open nodes of a domain, if for any. */
    private SortedMap<String, Long> gains(Domain domain) {
        var gains = new TreeMap<String, Long>();
        cluster.nodes(domain)
                .filter(node -> Rooms.barrier(node, request).isEmpty())
                .forEach(node -> node.holders().forEach((owner, held) -> {
                    int without = node.free().plus(held).times(request.perMember(), GangRequest.MAX_SIZE);
                    gains.merge(owner, (long) without - Rooms.ifOpen(node, request), Long::sum);
                }));
        gains.remove(request.name());
        return gains;
    }
}
