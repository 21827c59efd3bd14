package dev.plinth.placement;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Looks for what would let a gang start: first what others can do, then what it could ask for instead, and more nodes last. Every
 * remedy has been tried with the placer; what cannot be shown with a few trials is not offered.
 */
final class RemedySearch {
    private static final int OFFERED = 3;
    private static final int DOUBLINGS = 3;
    /** A larger cluster is not built anew to try more nodes. */
    private static final int REBUILT = 2_000;

    private final GangRequest request;
    private final Cluster cluster;
    private final Rooms rooms;
    private final List<Domain> allowed;
    /** What each node has when nobody uses it. */
    private final List<Resources> whole;

    private final Trials trials;

    private RemedySearch(GangRequest request, Cluster cluster, Rooms rooms, List<Domain> allowed) {
        this.request = request;
        this.cluster = cluster;
        this.rooms = rooms;
        this.allowed = allowed;
        this.whole = cluster.nodes().stream().map(Node::whole).toList();
        this.trials = new Trials(new Setting(request, cluster));
    }

    /** @param allowed the domains of which one must take all members */
    static List<Remedy> find(GangRequest request, Cluster cluster, Rooms rooms, List<Domain> allowed) {
        var search = new RemedySearch(request, cluster, rooms, allowed);
        if (search.trials.fitsNow()) {
            // Only with its full size does it fit nowhere: nothing that is tried with the least size would show what
            // helps.
            return List.of();
        }
        return Stream.<Supplier<Stream<Remedy>>>of(
                        search::replacement,
                        () -> new Openings(request, cluster, rooms, allowed, search.trials)
                                .fewest().map(Remedy::of).stream(),
                        () -> new WishesInTheWay(request, cluster.topology(), search.trials).find().stream(),
                        () -> new Holdings(request, cluster, rooms, allowed, search.trials)
                                .fewest().map(Remedy::of).stream(),
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
                        .filter(trials::helps)
                        .map(Remedy::of);
    }

    /**
     * A member as large as the largest node that it may use, or else as what is free there: something is held on most nodes. A mesh
     * fixes what a member needs.
     */
    private Stream<Remedy> smallerMembers() {
        if (!request.mesh().isNone()) {
            return Stream.empty();
        }
        var usable = Rooms.usable(cluster, request);
        var tooMuch = new TreeMap<>(request.perMember().amounts());
        tooMuch.entrySet().removeIf(need -> need.getValue() <= largest(usable, Node::whole, need.getKey()));
        return Stream.<Function<Node, Resources>>of(Node::whole, Node::free)
                .map(size -> new Change.NeedAtMost(atMost(tooMuch.navigableKeySet(), usable, size)))
                .filter(change -> change.most().amounts().values().stream().allMatch(amount -> amount > 0))
                .filter(change -> !tooMuch.isEmpty() && trials.helps(change))
                .map(Remedy::of)
                .limit(1);
    }

    private static Resources atMost(SortedSet<String> resources, List<Node> nodes, Function<Node, Resources> size) {
        var most = new TreeMap<String, Long>();
        resources.forEach(resource -> most.put(resource, largest(nodes, size, resource)));
        return new Resources(most);
    }

    private static long largest(List<Node> nodes, Function<Node, Resources> size, String resource) {
        return nodes.stream()
                .mapToLong(node -> size.apply(node).amount(resource))
                .max()
                .orElse(0);
    }

    /** As many as there is room for. */
    private Stream<Remedy> fewerMembers() {
        int step = Sizes.step(request);
        long most = rooms.most(allowed)
                + request.extras().heldSpares().size()
                + request.pinned().size();
        int kept = request.pinned().isEmpty() ? 1 : request.pinned().lastKey() + 1;
        int first = (int) Math.clamp(Math.ceilDiv(request.size() - most, step), 1, request.size());
        int last = (request.size() - kept) / step;
        return trials.fewest(first, last, steps -> new Change.Resize(request.size() - steps * step)).stream()
                .map(Remedy::of);
    }

    /**
     * The fewest nodes that would do; each takes as many members as the largest node can. Not for a leader or spares of a gang with a
     * mesh, or with spares already: those are placed after the members, so that their room may depend on what a new node is called.
     * Others find a place whenever there is one.
     */
    private Stream<Remedy> moreNodes() {
        var extras = request.extras();
        boolean placedAfter = extras.leader().isPresent() || extras.spares().count() > 0;
        boolean isCounted = request.mesh().isNone() && extras.heldSpares().isEmpty();
        if (placedAfter && !isCounted) {
            return Stream.empty();
        }
        long wanted = request.wanted();
        int most = whole.stream()
                .mapToInt(node -> node.times(request.perMember(), GangRequest.MAX_SIZE))
                .max()
                .orElse(1);
        int each = (int) Math.clamp(most, 1, Math.max(1, wanted));
        long room = rooms.most(allowed);
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
        return trials.fewest(first, last, nodes).map(Remedy::of).stream();
    }
}
