package dev.plinth.placement;

import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

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
                room(cluster, rooms, request.unplaced(), units(cluster, axes, requiredDepth)),
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
        var units = units(cluster, axes, requiredDepth);
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
                room(cluster, rooms, request.unplaced(), units),
                pinnedIn);
    }

    private static int[][] room(Cluster cluster, Rooms rooms, int most, int[] units) {
        int host = cluster.topology().hostDepth();
        var room = new int[host + 1][];
        for (int depth = host; depth >= 0; depth--) {
            var domains = cluster.domains(depth);
            room[depth] = new int[domains.size()];
            for (int i = 0; i < room[depth].length; i++) {
                var domain = domains.get(i);
                long inside = 0;
                if (depth == host) {
                    inside = rooms.perNode()[domain.from()];
                } else {
                    var innerOf = cluster.fabric().domainOf()[depth + 1];
                    for (int inner = innerOf[domain.from()]; inner <= innerOf[domain.to() - 1]; inner++) {
                        inside += room[depth + 1][inner];
                    }
                }
                room[depth][i] = (int) Math.min(most, inside) / units[depth] * units[depth];
            }
        }
        return room;
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
        return unit(axes, requiredDepth, depth);
    }

    private static int[] units(Cluster cluster, Axes axes, int[] requiredDepth) {
        return IntStream.rangeClosed(0, cluster.topology().hostDepth())
                .map(depth -> unit(axes, requiredDepth, depth))
                .toArray();
    }

    private static int unit(Axes axes, int[] requiredDepth, int depth) {
        int unit = 1;
        for (int axis = 0; axis < requiredDepth.length; axis++) {
            unit *= requiredDepth[axis] >= depth ? axes.all().get(axis).degree() : 1;
        }
        return unit;
    }

    /** Spares that the gang already holds on a node: room for one member each. */
    int heldSpares(int position) {
        var spares = request.extras().heldSpares();
        return spares.isEmpty()
                ? 0
                : Collections.frequency(spares, cluster.at(position).name());
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

    /**
     * How much smaller the holes have become, as the loss of the sum of their squares over all domains: taking a small hole whole
     * costs less than a bite out of a large one.
     */
    private long damage(Loads loads) {
        double damage = 0;
        for (int depth = 0; depth < (alone ? pinnedIn.length - 1 : pinnedIn.length); depth++) {
            var domains = cluster.domains(depth);
            for (int i = 0; i < loads.activeDomains(depth); i++) {
                int domain = loads.activeDomain(depth, i);
                double taken = loads.membersIn(depth, domain) - pinnedIn[depth][domain];
                damage += taken * (2.0 * rooms.in(domains.get(domain)) - taken);
            }
        }
        return Math.round(damage);
    }

    /** Score of a placement of all members. */
    Score score(Loads loads) {
        return Score.of(
                broken(loads), loads.ownSeconds(), loads.busiestUplink(), damage(loads), loads.crossingSeconds());
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
