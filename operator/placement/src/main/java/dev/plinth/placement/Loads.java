package dev.plinth.placement;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Traffic of a step over each uplink for a gang of which any members are placed. Members can be put and taken in any order; the
 * loads are those of the traffic between placed members.
 *
 * <p>The time model: an axis takes as long as its slowest link. Behind the uplink of a domain the gang is guaranteed the bandwidth
 * of its own accelerators there; so {@code n} members cross it at {@code n} times what one is guaranteed. Axes follow one another.
 */
final class Loads {
    private static final int NOWHERE = -1;

    private final Fabric fabric;
    private final Axes axes;
    private final Neighbours neighbours;
    private final boolean alone;
    private final int[] nodeOf;
    private final int depths;
    /** By axis, depth and domain. Kept at exactly zero where the gang has no member. */
    private final long[][][] out;

    private final long[][][] in;
    private final int[][] members;
    private final int[][] active;
    private final int[] actives;

    /** @param alone whether no host will ever have two members, so that each member sends all its traffic over its host's link */
    Loads(Cluster cluster, Axes axes, Neighbours neighbours, int size, boolean alone) {
        this.fabric = cluster.fabric();
        this.axes = axes;
        this.neighbours = neighbours;
        this.alone = alone;
        this.nodeOf = new int[size];
        Arrays.fill(nodeOf, NOWHERE);
        this.depths = fabric.guaranteed().length;
        int count = axes.all().size();
        this.out = new long[count][depths][];
        this.in = new long[count][depths][];
        this.members = new int[depths][];
        this.active = new int[depths][];
        this.actives = new int[depths];
        for (int depth = 0; depth < depths; depth++) {
            int domains = fabric.capacity()[depth].length;
            members[depth] = new int[domains];
            active[depth] = new int[Math.min(domains, size) + 1];
            for (int axis = 0; axis < count; axis++) {
                out[axis][depth] = new long[domains];
                in[axis][depth] = new long[domains];
            }
        }
    }

    int nodeOf(int member) {
        return nodeOf[member];
    }

    boolean isPlaced(int member) {
        return nodeOf[member] != NOWHERE;
    }

    /** Members in a domain. */
    int membersIn(int depth, int domain) {
        return members[depth][domain];
    }

    int activeDomains(int depth) {
        return actives[depth];
    }

    int activeDomain(int depth, int i) {
        return active[depth][i];
    }

    void putAll(int[] positions) {
        for (int member = 0; member < positions.length; member++) {
            put(member, positions[member]);
        }
    }

    void put(int member, int node) {
        nodeOf[member] = node;
        for (int depth = 0; depth < depths; depth++) {
            int domain = fabric.domainOf()[depth][node];
            if (members[depth][domain]++ == 0) {
                active[depth][actives[depth]++] = domain;
            }
        }
        edges(member, 1);
    }

    void take(int member) {
        edges(member, -1);
        int node = nodeOf[member];
        nodeOf[member] = NOWHERE;
        for (int depth = 0; depth < depths; depth++) {
            int domain = fabric.domainOf()[depth][node];
            if (--members[depth][domain] == 0) {
                retire(depth, domain);
            }
        }
    }

    /** Empty for another placement. */
    void clear() {
        for (int member = 0; member < nodeOf.length; member++) {
            nodeOf[member] = NOWHERE;
        }
        for (int depth = 0; depth < depths; depth++) {
            while (actives[depth] > 0) {
                members[depth][active[depth][0]] = 0;
                retire(depth, active[depth][0]);
            }
        }
    }

    private void retire(int depth, int domain) {
        for (int i = 0; i < actives[depth]; i++) {
            if (active[depth][i] == domain) {
                active[depth][i] = active[depth][--actives[depth]];
                break;
            }
        }
        for (int axis = 0; axis < out.length; axis++) {
            out[axis][depth][domain] = 0;
            in[axis][depth][domain] = 0;
        }
    }

    private void edges(int member, int sign) {
        for (int a = 0; a < out.length; a++) {
            var axis = axes.all().get(a);
            long grains = sign * axis.grains();
            int next = neighbours.next()[a][member];
            int previous = neighbours.previous()[a][member];
            switch (axis.traffic()) {
                case RING -> {
                    edge(a, member, next, grains);
                    edge(a, previous, member, grains);
                }
                case POINT_TO_POINT -> {
                    bothWays(a, member, next, grains);
                    bothWays(a, member, previous, grains);
                }
                case ALL_TO_ALL -> {
                    int coordinate = axis.coordinate(member);
                    for (int other = 0; other < axis.degree(); other++) {
                        if (other != coordinate) {
                            bothWays(a, member, axis.at(member, other), grains);
                        }
                    }
                }
            }
        }
    }

    private void bothWays(int axis, int member, int other, long grains) {
        if (other != Neighbours.NONE) {
            edge(axis, member, other, grains);
            edge(axis, other, member, grains);
        }
    }

    private void edge(int axis, int from, int to, long grains) {
        int source = nodeOf[from];
        int target = nodeOf[to];
        if (source == NOWHERE || target == NOWHERE) {
            return;
        }
        for (int depth = alone ? depths - 2 : depths - 1; depth >= 0; depth--) {
            var domainOf = fabric.domainOf()[depth];
            int a = domainOf[source];
            int b = domainOf[target];
            if (a == b) {
                return;
            }
            out[axis][depth][a] += grains;
            in[axis][depth][b] += grains;
        }
    }

    /** Predicted communication time of a step, in seconds. */
    double ownSeconds() {
        return ownSeconds(new Later(0, null));
    }

    /** Members still to come: how many, and how many each domain can take, by depth and domain. */
    record Later(int members, int @Nullable [][] room) {
        int in(int depth, int domain) {
            return room == null ? 0 : Math.min(members, room[depth][domain]);
        }
    }

    /** No more than the predicted time will be, wherever the members that are still to come are put. */
    double ownSeconds(Later later) {
        double seconds = 0;
        for (int a = 0; a < out.length; a++) {
            double slowest = alone ? axes.floorSeconds(a, fabric) : 0;
            for (int depth = 0; depth < (alone ? depths - 1 : depths); depth++) {
                double each = axes.grainsOfMember() * fabric.guaranteed()[depth];
                for (int i = 0; i < actives[depth]; i++) {
                    int domain = active[depth][i];
                    long load = Math.max(out[a][depth][domain], in[a][depth][domain]);
                    if (load > 0) {
                        slowest = Math.max(slowest, load / ((members[depth][domain] + later.in(depth, domain)) * each));
                    }
                }
            }
            seconds += slowest;
        }
        return seconds;
    }

    /** Of the axis that takes longest over the uplink of a domain, with the bandwidth that is guaranteed behind it. */
    double ownSeconds(int depth, int domain) {
        long most = 0;
        for (int a = 0; a < out.length; a++) {
            most = Math.max(most, Math.max(out[a][depth][domain], in[a][depth][domain]));
        }
        return most / (members[depth][domain] * axes.grainsOfMember() * fabric.guaranteed()[depth]);
    }

    /** Of the slowest uplink above the hosts. */
    double slowestUplink() {
        double slowest = 0;
        for (int depth = 0; depth < fabric.hostDepth(); depth++) {
            for (int i = 0; i < actives[depth]; i++) {
                slowest = Math.max(slowest, ownSeconds(depth, active[depth][i]));
            }
        }
        return slowest;
    }

    /** How long the gang keeps an uplink busy in each step, in seconds. */
    double uplinkSeconds(int depth, int domain) {
        long sent = 0;
        long received = 0;
        for (int a = 0; a < out.length; a++) {
            sent += out[a][depth][domain];
            received += in[a][depth][domain];
        }
        return Math.max(sent, received) / (axes.grainsPerByte() * fabric.capacity()[depth][domain]);
    }

    /** Of the busiest uplink above the hosts. */
    double busiestUplink() {
        double busiest = 0;
        for (int depth = 0; depth < fabric.hostDepth(); depth++) {
            for (int i = 0; i < actives[depth]; i++) {
                busiest = Math.max(busiest, uplinkSeconds(depth, active[depth][i]));
            }
        }
        return busiest;
    }

    /** Summed over all uplinks above the hosts. */
    double crossingSeconds() {
        double sum = 0;
        for (int depth = 0; depth < fabric.hostDepth(); depth++) {
            for (int i = 0; i < actives[depth]; i++) {
                sum += uplinkSeconds(depth, active[depth][i]);
            }
        }
        return sum;
    }
}
