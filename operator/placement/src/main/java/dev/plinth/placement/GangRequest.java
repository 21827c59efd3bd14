package dev.plinth.placement;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Asks for a node for each member of a gang: a new one, one that lost members, one that grows.
 *
 * @param name how a person knows the gang, as in {@link Holder#owner}
 * @param size number of members, pinned ones included; at most {@link #MAX_SIZE}
 * @param perMember what each member needs
 * @param requiredLevel all members, pinned ones too, must be in one domain of this level
 * @param preferredLevel as few domains of this level as possible; absent means that the predicted time decides, or for a gang
 *     without a mesh the outermost level
 * @param pinned node by index of members that stay where they are; they already hold their room, so it is not counted again
 * @param avoid nodes that this gang must not get, with the reason a person is told
 * @param mesh who exchanges how much with whom
 * @param extras what few gangs ask for
 */
public record GangRequest(
        String name,
        int size,
        Resources perMember,
        Optional<String> requiredLevel,
        Optional<String> preferredLevel,
        SortedMap<Integer, String> pinned,
        SortedMap<String, String> avoid,
        Mesh mesh,
        Extras extras) {
    public static final int MAX_SIZE = 100_000;

    /**
     * What few gangs ask for.
     *
     * @param minSize a gang that finds no room for all its members starts with as many as have room, but not with fewer
     * @param leader what a pod beside the members needs, placed near member 0
     * @param spares members too many, and where
     * @param heldSpares nodes on which the gang already holds room for one member each, which a lost member may take
     * @param spread members that must not share a failure domain
     */
    public record Extras(
            int minSize, Optional<Resources> leader, Spares spares, List<String> heldSpares, List<Spread> spread) {
        static final Extras NONE = new Extras(Integer.MAX_VALUE, Optional.empty(), Spares.NONE, List.of(), List.of());

        public Extras {
            heldSpares = List.copyOf(heldSpares);
            spread = List.copyOf(spread);
        }
    }

    public GangRequest {
        pinned = Collections.unmodifiableSortedMap(new TreeMap<>(pinned));
        avoid = Collections.unmodifiableSortedMap(new TreeMap<>(avoid));
    }

    /** A gang anywhere, nothing placed yet. */
    public static GangRequest of(String name, int size, Resources perMember) {
        return new GangRequest(
                name,
                size,
                perMember,
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>(),
                new TreeMap<>(),
                Mesh.NONE,
                Extras.NONE);
    }

    public GangRequest requiring(String level) {
        return new GangRequest(name, size, perMember, Optional.of(level), preferredLevel, pinned, avoid, mesh, extras);
    }

    public GangRequest preferring(String level) {
        return new GangRequest(name, size, perMember, requiredLevel, Optional.of(level), pinned, avoid, mesh, extras);
    }

    /** Prefers the level and requires none. */
    GangRequest preferringOnly(String level) {
        return new GangRequest(
                name, size, perMember, Optional.empty(), Optional.of(level), pinned, avoid, mesh, extras);
    }

    GangRequest needing(Resources each) {
        return new GangRequest(name, size, each, requiredLevel, preferredLevel, pinned, avoid, mesh, extras);
    }

    public GangRequest pinning(SortedMap<Integer, String> members) {
        return new GangRequest(name, size, perMember, requiredLevel, preferredLevel, members, avoid, mesh, extras);
    }

    public GangRequest avoiding(SortedMap<String, String> nodes) {
        return new GangRequest(name, size, perMember, requiredLevel, preferredLevel, pinned, nodes, mesh, extras);
    }

    public GangRequest talking(Mesh other) {
        return new GangRequest(name, size, perMember, requiredLevel, preferredLevel, pinned, avoid, other, extras);
    }

    /** Content with fewer members, down to this many; of a gang with a mesh in steps of its elastic dimension. */
    public GangRequest atLeast(int minSize) {
        return with(new Extras(minSize, extras.leader, extras.spares, extras.heldSpares, extras.spread));
    }

    public GangRequest leading(Resources leader) {
        return with(new Extras(extras.minSize, Optional.of(leader), extras.spares, extras.heldSpares, extras.spread));
    }

    public GangRequest sparing(Spares spares) {
        return with(new Extras(extras.minSize, extras.leader, spares, extras.heldSpares, extras.spread));
    }

    public GangRequest holdingSpares(List<String> nodes) {
        return with(new Extras(extras.minSize, extras.leader, extras.spares, nodes, extras.spread));
    }

    public GangRequest spreading(Spread... wishes) {
        return with(new Extras(extras.minSize, extras.leader, extras.spares, extras.heldSpares, List.of(wishes)));
    }

    GangRequest resized(int members) {
        var resized = mesh.elastic()
                .flatMap(dimension -> mesh.dimensions().stream()
                        .filter(each -> each.name().equals(dimension))
                        .findFirst())
                .map(each -> mesh.withDegree(each.name(), (int) ((long) each.degree() * members / size)))
                .orElse(mesh);
        return new GangRequest(name, members, perMember, requiredLevel, preferredLevel, pinned, avoid, resized, extras);
    }

    private GangRequest with(Extras other) {
        return new GangRequest(name, size, perMember, requiredLevel, preferredLevel, pinned, avoid, mesh, other);
    }

    /** Members that still need a node. */
    int unplaced() {
        return size - pinned.size();
    }

    /** Members and spares that still need a node. */
    int wanted() {
        return unplaced() + Math.max(0, extras.spares.count());
    }
}
