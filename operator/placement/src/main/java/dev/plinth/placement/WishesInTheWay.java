package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which of its own wishes a gang would have to give up to start. */
record WishesInTheWay(GangRequest request, Topology topology, Trials trials) {
    private static final int OFFERED = 3;

    /** Each wish that alone stands in the way; if none does, a set of them of which none can be kept. */
    List<Remedy> find() {
        var alone = Stream.<Supplier<Stream<? extends Change>>>of(
                        this::otherLevel,
                        () -> alongDimensions().filter(trials::helps),
                        () -> shares().filter(trials::helps),
                        this::fewerSpares)
                .flatMap(Supplier::get)
                .map(Remedy::of)
                .limit(OFFERED)
                .toList();
        return alone.isEmpty() ? together().stream().toList() : alone;
    }

    private Stream<Change> otherLevel() {
        if (request.requiredLevel().isEmpty()
                || !trials.helps(new Change.Prefer(request.requiredLevel().get()))) {
            return Stream.empty();
        }
        var level = request.requiredLevel().get();
        var outer = IntStream.range(0, topology.depth(level))
                .boxed()
                .sorted(Comparator.reverseOrder())
                .<Change>map(depth -> new Change.Require(topology.levels().get(depth), level))
                .filter(trials::helps);
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
        return trials.fewest(1, spares, fewer -> new Change.SpareCount(spares - fewer)).stream()
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
        if (changes.size() < 2 || !trials.help(changes)) {
            return Optional.empty();
        }
        for (var change : List.copyOf(changes)) {
            changes.remove(change);
            if (!trials.help(changes)) {
                changes.add(change);
            }
        }
        return Optional.of(new Remedy(changes));
    }
}
