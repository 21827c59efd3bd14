package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A time that no placement of a gang can beat, for the quality of one to be known.
 *
 * <p>If no domain of a level holds all {@code n} members, they are in at least {@code m} domains, so one of them has some {@code s <=
 * n / m}. Let {@code S} be its members and take an axis of degree {@code k}. Either some group of the axis is whole in {@code S} and
 * another has no member in it; then for each of the {@code k} coordinates the members that share it are partly in {@code S}, so at
 * least {@code k} groups of the other axes are cut. Or every group that {@code S} touches is cut, or every group that it does not fill
 * is: at least {@code min(s, n - s) / (k - 1)} groups of the axis. The cheaper of the two is a bound, and so is its largest over axes.
 */
record Bound(Axes axes, Fabric fabric, int members, boolean alone) {
    /**
     * Seconds.
     *
     * @param rooms room of the domains of each level, the largest first, by depth
     */
    static double seconds(Axes axes, Fabric fabric, int members, List<int[]> rooms) {
        var hosts = rooms.get(fabric.hostDepth());
        var bound = new Bound(axes, fabric, members, hosts.length > 0 && hosts[0] <= 1);
        double best = bound.floor();
        for (int depth = 0; depth < rooms.size(); depth++) {
            int domains = 0;
            long covered = 0;
            while (covered < members && domains < rooms.get(depth).length) {
                covered += rooms.get(depth)[domains++];
            }
            if (domains > 1 && covered >= members) {
                best = Math.max(best, bound.ofCut(depth, members / domains));
            }
        }
        return best;
    }

    private double ofCut(int depth, int most) {
        double least = Double.POSITIVE_INFINITY;
        for (int inside = 1; inside <= most; inside++) {
            double bound = 0;
            for (var axis : axes.all()) {
                bound = Math.max(bound, Math.min(ofOthersCut(axis, inside, depth), ofOwnCut(axis, inside, depth)));
            }
            least = Math.min(least, bound);
        }
        return least;
    }

    private double ofOwnCut(Axis axis, int inside, int depth) {
        int groups = Math.ceilDiv(Math.min(inside, members - inside), axis.degree() - 1);
        return floor() - floor(axis) + Math.max(floor(axis), groups * secondsPerGroup(axis, inside, depth));
    }

    /** At least {@code degree} groups of the other axes are cut: first those that cost no more than the hosts' links do anyway. */
    private double ofOthersCut(Axis axis, int inside, int depth) {
        var others = new ArrayList<>(axes.all());
        others.remove(axis);
        if (others.isEmpty()) {
            return Double.POSITIVE_INFINITY;
        }
        others.sort(Comparator.comparingDouble(other -> secondsPerGroup(other, inside, depth)));
        double groups = axis.degree();
        for (var other : others) {
            double each = secondsPerGroup(other, inside, depth);
            groups -= each == 0 ? groups : Math.min(groups, floor(other) / each);
        }
        return floor() + groups * secondsPerGroup(others.getFirst(), inside, depth);
    }

    /** Of the traffic over the uplink that one cut group causes at least. */
    private double secondsPerGroup(Axis axis, int inside, int depth) {
        long edges = axis.traffic() == Dimension.Traffic.ALL_TO_ALL ? axis.degree() - 1 : 1;
        return edges * axis.grains() / (inside * axes.grainsOfMember() * fabric.guaranteed()[depth]);
    }

    private double floor() {
        return axes.all().stream().mapToDouble(this::floor).sum();
    }

    /** What the links of the hosts take anyway, if no two members share a host. */
    private double floor(Axis axis) {
        return alone ? axis.grainsSent() / (axes.grainsOfMember() * fabric.guaranteed()[fabric.hostDepth()]) : 0;
    }
}
