package dev.plinth.placement;

import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.function.Function;

/**
 * A gang with a mesh on a cluster, in numbers.
 *
 * @param alone whether no node will have two members, whatever is decided
 * @param requiredDepth by axis: depth of the level whose domains must not cut a group; -1 if none
 * @param preferredDepth by axis, likewise for the level whose domains should not
 * @param gangDepth depth of the level of which the gang should use few domains; -1 if none
 * @param room members that each domain can take besides pinned ones, whole units only, by depth and domain
 * @param pinnedIn pinned members in each domain, by depth and domain
 */
record MeshProblem(
        Cluster cluster,
        GangRequest request,
        Rooms rooms,
        Axes axes,
        Neighbours neighbours,
        boolean alone,
        int[] requiredDepth,
        int[] preferredDepth,
        int gangDepth,
        int[][] room,
        int[][] pinnedIn) {
    static MeshProblem of(Cluster cluster, GangRequest request, Rooms rooms) {
        var axes = Axes.of(request.mesh());
        var requiredDepth = depths(cluster, axes, Dimension::required);
        return new MeshProblem(
                cluster,
                request,
                rooms,
                axes,
                Neighbours.of(axes, request.size()),
                isAlone(request, rooms),
                requiredDepth,
                depths(cluster, axes, Dimension::preferred),
                request.preferredLevel().map(cluster.topology()::depth).orElse(-1),
                Pieces.room(cluster, rooms, request.unplaced(), Pieces.units(cluster, axes, requiredDepth)),
                pinnedIn(cluster, request));
    }

    private static boolean isAlone(GangRequest request, Rooms rooms) {
        return request.pinned().isEmpty()
                && request.extras().heldSpares().isEmpty()
                && Arrays.stream(rooms.perNode()).allMatch(room -> room <= 1);
    }

    Loads loads() {
        return new Loads(cluster, axes, neighbours, size(), alone);
    }

    private static int[] depths(Cluster cluster, Axes axes, Function<Dimension, Optional<String>> level) {
        return axes.dimensions().stream()
                .mapToInt(dimension ->
                        level.apply(dimension).map(cluster.topology()::depth).orElse(-1))
                .toArray();
    }

    /**
     * The same, but the domains of a level count only room for whole pieces of so many members: one that is too small for a piece
     * counts as full. A piece is a multiple of what must stay together there.
     */
    MeshProblem inPieces(int depth, int members) {
        var units = Pieces.units(cluster, axes, requiredDepth);
        units[depth] = members;
        return new MeshProblem(
                cluster,
                request,
                rooms,
                axes,
                neighbours,
                alone,
                requiredDepth,
                preferredDepth,
                gangDepth,
                Pieces.room(cluster, rooms, request.unplaced(), units),
                pinnedIn);
    }

    private static int[][] pinnedIn(Cluster cluster, GangRequest request) {
        var fabric = cluster.fabric();
        var pinned = new int[fabric.capacity().length][];
        Arrays.setAll(pinned, depth -> new int[fabric.capacity()[depth].length]);
        request.pinned()
                .values()
                .forEach(node -> cluster.position(node).ifPresent(position -> {
                    for (int depth = 0; depth < pinned.length; depth++) {
                        pinned[depth][fabric.domainOf()[depth][position]]++;
                    }
                }));
        return pinned;
    }

    /** Members that must not be cut apart by domains of a level. */
    int unit(int depth) {
        return Pieces.units(cluster, axes, requiredDepth)[depth];
    }

    /** Spares that the gang already holds on a node: room for one member each, unless the node is closed. */
    int heldSpares(int position) {
        var spares = request.extras().heldSpares();
        if (spares.isEmpty()) {
            return 0;
        }
        var node = cluster.at(position);
        return Rooms.barrier(node, request).isEmpty() ? Collections.frequency(spares, node.name()) : 0;
    }

    int size() {
        return request.size();
    }

    int room(Domain domain) {
        return domain.depth() < 0
                ? Arrays.stream(room[0]).sum()
                : room[domain.depth()][cluster.fabric().domainOf()[domain.depth()][domain.from()]];
    }

    /** Groups of wishes that are not granted; see {@link Score#broken}. */
    private long broken(Loads loads) {
        long broken = gangDepth < 0 ? 0 : loads.activeDomains(gangDepth) - 1;
        for (int axis = 0; axis < preferredDepth.length; axis++) {
            if (preferredDepth[axis] >= 0) {
                broken += cutGroups(loads, axis, preferredDepth[axis]);
            }
        }
        return broken;
    }

    /** Groups of an axis that are not in one domain of a level. */
    long cutGroups(Loads loads, int axis, int depth) {
        var along = axes.all().get(axis);
        var domainOf = cluster.fabric().domainOf()[depth];
        long cut = 0;
        for (int member = 0; member < size(); member++) {
            if (along.coordinate(member) == 0) {
                int first = domainOf[loads.nodeOf(member)];
                int coordinate = 1;
                while (coordinate < along.degree() && domainOf[loads.nodeOf(along.at(member, coordinate))] == first) {
                    coordinate++;
                }
                cut += coordinate < along.degree() ? 1 : 0;
            }
        }
        return cut;
    }

    /** Room that gangs to come lose, over all domains that get members. */
    private long lostRoom(Loads loads) {
        long lost = 0;
        for (int depth = 0; depth < (alone ? pinnedIn.length - 1 : pinnedIn.length); depth++) {
            var domains = cluster.domains(depth);
            for (int i = 0; i < loads.activeDomains(depth); i++) {
                int domain = loads.activeDomain(depth, i);
                lost += Holes.lost(
                        rooms.in(domains.get(domain)), loads.membersIn(depth, domain) - pinnedIn[depth][domain]);
            }
        }
        return lost;
    }

    /** Score of a placement of all members. */
    Score score(Loads loads) {
        return Score.of(
                broken(loads), loads.ownSeconds(), loads.busiestUplink(), lostRoom(loads), loads.crossingSeconds());
    }

    /** Whether every node has the room and no required level cuts a group. */
    boolean isLegal(Loads loads) {
        int host = cluster.topology().hostDepth();
        for (int i = 0; i < loads.activeDomains(host); i++) {
            int node = loads.activeDomain(host, i);
            int at = cluster.domains(host).get(node).from();
            if (loads.membersIn(host, node) - pinnedIn[host][node] > rooms.perNode()[at] + heldSpares(at)) {
                return false;
            }
        }
        for (int axis = 0; axis < requiredDepth.length; axis++) {
            if (requiredDepth[axis] >= 0 && cutGroups(loads, axis, requiredDepth[axis]) > 0) {
                return false;
            }
        }
        return Spreads.broken(this, loads) == 0;
    }
}
