package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Looks for what would let a gang start: first what others can do, then what it could ask for instead, and more nodes last. Every
 * remedy has been tried with the placer; what cannot be shown with a few trials is not offered.
 */
final class RemedySearch {
    private static final int OFFERED = 3;
    private static final int DOMAINS = 3;
    private static final int HOLDERS = 4;
    private static final int LEFT_OUT = 6;
    private static final int DOUBLINGS = 3;
    /** A larger cluster is not built anew to try more nodes. */
    private static final int REBUILT = 2_000;

    private final GangRequest request;
    private final Cluster cluster;
    private final Rooms rooms;
    private final List<Domain> allowed;
    private final Setting now;
    /** What each node has when nobody uses it. */
    private final List<Resources> whole;

    private final Trials trials;

    private RemedySearch(GangRequest request, Cluster cluster, Rooms rooms, List<Domain> allowed) {
        this.request = request;
        this.cluster = cluster;
        this.rooms = rooms;
        this.allowed = allowed;
        this.now = new Setting(request, cluster);
        this.whole = cluster.nodes().stream().map(Node::whole).toList();
        this.trials = new Trials();
    }

    /** @param allowed the domains of which one must take all members */
    static List<Remedy> find(GangRequest request, Cluster cluster, Rooms rooms, List<Domain> allowed) {
        var search = new RemedySearch(request, cluster, rooms, allowed);
        if (search.trials.fits(search.now)) {
            // Only with its full size does it fit nowhere: nothing that is tried with the least size would show what
            // helps.
            return List.of();
        }
        return Stream.<Supplier<Stream<Remedy>>>of(
                        search::replacement,
                        search::opening,
                        search::wishes,
                        search::ending,
                        search::smallerMembers,
                        search::fewerMembers,
                        search::moreNodes)
                .flatMap(Supplier::get)
                .limit(OFFERED)
                .toList();
    }

    private Stream<Remedy> replacement() {
        return request.pinned().isEmpty() || !allowed.isEmpty()
                ? Stream.empty()
                : request.requiredLevel().stream()
                        .map(Change.ReplaceAll::new)
                        .filter(this::helps)
                        .map(Remedy::of);
    }

    /** The fewest closed nodes of one of the domains, those with the most room first. */
    private Stream<Remedy> opening() {
        return allowed.stream()
                .map(this::closed)
                .filter(nodes -> !nodes.isEmpty())
                .sorted(Comparator.comparingInt(List::size))
                .limit(DOMAINS)
                .flatMap(nodes ->
                        fewest(fewestByRoom(nodes), nodes.size(), count -> open(nodes.subList(0, count))).stream())
                .min(Comparator.comparingInt(open -> open.nodes().size()))
                .map(this::withoutTheNeedless)
                .map(Remedy::of)
                .stream();
    }

    /** As many as could make room enough, if the rest of the gang's wishes allows; none if all would not do. */
    private List<Node> closed(Domain domain) {
        var closed = nodes(domain)
                .filter(node -> Rooms.barrier(node, request).isPresent() && Rooms.ifOpen(node, request) > 0)
                .sorted(Comparator.comparingInt((Node node) -> Rooms.ifOpen(node, request))
                        .reversed())
                .toList();
        long room = rooms.in(domain)
                + closed.stream().mapToLong(node -> Rooms.ifOpen(node, request)).sum();
        return room >= request.unplaced() ? closed : List.of();
    }

    /** No fewer make room enough in their domain. */
    private int fewestByRoom(List<Node> closed) {
        long room = allowed.stream()
                .filter(domain -> domain.contains(
                        cluster.position(closed.getFirst().name()).orElseThrow()))
                .mapToLong(rooms::in)
                .sum();
        int count = 0;
        while (count < closed.size() && (count == 0 || room < request.unplaced())) {
            room += Rooms.ifOpen(closed.get(count), request);
            count++;
        }
        return count;
    }

    private Change.Open open(List<Node> nodes) {
        var reasons = new TreeMap<String, String>();
        nodes.forEach(
                node -> reasons.put(node.name(), Rooms.barrier(node, request).orElse("closed")));
        return new Change.Open(reasons);
    }

    private Change.Open withoutTheNeedless(Change.Open open) {
        var least = open;
        if (open.nodes().size() <= LEFT_OUT) {
            for (var name : open.nodes().keySet()) {
                var fewer = new TreeMap<>(least.nodes());
                fewer.remove(name);
                least = !fewer.isEmpty() && helps(new Change.Open(fewer)) ? new Change.Open(fewer) : least;
            }
        }
        return least;
    }

    /** Each wish that alone stands in the way; if none does, a set of them of which none can be kept. */
    private Stream<Remedy> wishes() {
        var alone = Stream.<Supplier<Stream<? extends Change>>>of(
                        this::otherLevel,
                        () -> alongDimensions().filter(this::helps),
                        () -> shares().filter(this::helps),
                        this::fewerSpares)
                .flatMap(Supplier::get)
                .map(Remedy::of)
                .limit(OFFERED)
                .toList();
        return alone.isEmpty() ? together().stream() : alone.stream();
    }

    private Stream<Change> otherLevel() {
        if (request.requiredLevel().isEmpty()
                || !helps(new Change.Prefer(request.requiredLevel().get()))) {
            return Stream.empty();
        }
        var level = request.requiredLevel().get();
        var outer = IntStream.range(0, cluster.topology().depth(level))
                .boxed()
                .sorted(Comparator.reverseOrder())
                .<Change>map(
                        depth -> new Change.Require(cluster.topology().levels().get(depth), level))
                .filter(this::helps);
        return Stream.concat(outer, Stream.of(new Change.Prefer(level))).limit(1);
    }

    private Stream<Change> alongDimensions() {
        return request.mesh().dimensions().stream()
                .flatMap(dimension ->
                        dimension.required().stream().map(level -> new Change.PreferAlong(dimension.name(), level)));
    }

    private Stream<Change> shares() {
        return request.extras().spread().stream().map(spread -> new Change.Share(spread.dimension(), spread.level()));
    }

    private Stream<Change> fewerSpares() {
        int spares = request.extras().spares().count();
        return fewest(1, spares, fewer -> new Change.SpareCount(spares - fewer)).stream()
                .map(Change.class::cast);
    }

    private Optional<Remedy> together() {
        var changes = new ArrayList<Change>();
        request.requiredLevel().map(Change.Prefer::new).ifPresent(changes::add);
        alongDimensions().forEach(changes::add);
        shares().forEach(changes::add);
        if (request.extras().spares().count() > 0) {
            changes.add(new Change.SpareCount(0));
        }
        if (changes.size() < 2 || !help(changes)) {
            return Optional.empty();
        }
        for (var change : List.copyOf(changes)) {
            changes.remove(change);
            if (!help(changes)) {
                changes.add(change);
            }
        }
        return Optional.of(new Remedy(changes));
    }

    /**
     * What its holders keep from the gang in a domain.
     *
     * @param gains members for which the end of each holder alone makes room
     */
    private record Held(Domain domain, SortedMap<String, Long> gains) {}

    /** One holder whose end would do, the one that holds room for the fewest members; else several. */
    private Stream<Remedy> ending() {
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
                .filter(this::helps)
                .findFirst()
                .or(() -> several(held))
                .map(Remedy::of)
                .stream();
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
        return fewest(2, owners.size(), first).map(enough -> {
            var needed = new ArrayList<>(enough.owners());
            for (var owner : enough.owners()) {
                needed.remove(owner);
                if (!helps(end(needed, gains))) {
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
        nodes(domain)
                .filter(node -> Rooms.barrier(node, request).isEmpty())
                .forEach(node -> node.holders().forEach((owner, held) -> {
                    int without = node.free().plus(held).times(request.perMember(), GangRequest.MAX_SIZE);
                    gains.merge(owner, (long) without - Rooms.ifOpen(node, request), Long::sum);
                }));
        gains.remove(request.name());
        return gains;
    }

    /** A member as large as the largest node. A mesh fixes what a member needs. */
    private Stream<Remedy> smallerMembers() {
        var most = new TreeMap<String, Long>();
        request.perMember().amounts().forEach((resource, need) -> {
            long largest = largest(resource);
            if (need > largest && largest > 0) {
                most.put(resource, largest);
            }
        });
        return Stream.of(new Change.NeedAtMost(new Resources(most)))
                .filter(change -> !most.isEmpty() && request.mesh().isNone() && helps(change))
                .map(Remedy::of);
    }

    private long largest(String resource) {
        return whole.stream().mapToLong(node -> node.amount(resource)).max().orElse(0);
    }

    /** As many as there is room for. */
    private Stream<Remedy> fewerMembers() {
        int step = Sizes.step(request);
        long room = allowed.stream().mapToLong(rooms::in).max().orElse(0)
                + request.extras().heldSpares().size();
        long most = room + request.pinned().size();
        int kept = request.pinned().isEmpty() ? 1 : request.pinned().lastKey() + 1;
        int first = (int) Math.clamp(Math.ceilDiv(request.size() - most, step), 1, request.size());
        int last = (request.size() - kept) / step;
        return fewest(first, last, steps -> new Change.Resize(request.size() - steps * step)).stream()
                .map(Remedy::of);
    }

    /**
     * The fewest nodes that would do; each takes as many members as the largest node can. Not for a gang with a leader or spares: those
     * are placed after the members, so that their room may depend on what a new node is called.
     */
    private Stream<Remedy> moreNodes() {
        if (request.extras().leader().isPresent() || request.extras().spares().count() > 0) {
            return Stream.empty();
        }
        long wanted = request.wanted();
        int most = whole.stream()
                .mapToInt(node -> node.times(request.perMember(), GangRequest.MAX_SIZE))
                .max()
                .orElse(1);
        int each = (int) Math.clamp(most, 1, Math.max(1, wanted));
        long room = allowed.stream().mapToLong(rooms::in).max().orElse(0);
        int first = (int) Math.max(1, Math.ceilDiv(request.unplaced() - room, each));
        var content = request.perMember().scaled(each);
        var home = Home.of(request, cluster, rooms, allowed);
        IntFunction<Change.AddNodes> nodes = count -> new Change.AddNodes(count, content, home.domains(), home.name());
        if (cluster.size() > REBUILT) {
            // Building it anew takes too long; where any node will do, counting shows as much.
            boolean anywhere =
                    Trials.isCounted(request) && request.requiredLevel().isEmpty();
            return anywhere ? Stream.of(Remedy.of(nodes.apply(first))) : Stream.empty();
        }
        int last = (int) Math.min(GangRequest.MAX_SIZE, (long) first << DOUBLINGS);
        return fewest(first, last, nodes).map(Remedy::of).stream();
    }

    /** The change with the smallest number that helps, if there are trials enough to know it; taken that a larger number never helps less. */
    private <C extends Change> Optional<C> fewest(int from, int to, IntFunction<C> change) {
        if (from > to) {
            return Optional.empty();
        }
        var least = change.apply(from);
        if (helps(least)) {
            return Optional.of(least);
        }
        Optional<C> best = Optional.of(change.apply(to)).filter(this::helps);
        int low = from + 1;
        int high = best.isEmpty() ? low : to;
        while (low < high && !trials.areSpent()) {
            int middle = (low + high) / 2;
            var half = change.apply(middle);
            if (helps(half)) {
                best = Optional.of(half);
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low == high ? best : Optional.empty();
    }

    private boolean helps(Change change) {
        return help(List.of(change))
                && (!(change instanceof Change.AddNodes added) || trials.fits(now.extended(added, Setting.LAST)));
    }

    private boolean help(List<Change> changes) {
        var then = now;
        if (trials.areSpent()) {
            return false;
        }
        for (var change : changes) {
            then = then.with(change);
        }
        return trials.fits(then);
    }

    private Stream<Node> nodes(Domain domain) {
        return cluster.nodes().subList(domain.from(), domain.to()).stream();
    }
}
