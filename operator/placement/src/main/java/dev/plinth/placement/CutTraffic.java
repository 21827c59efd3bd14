package dev.plinth.placement;

import java.util.Arrays;

/** What the parts of a cut send and receive. */
final class CutTraffic {
    private static final int OUTSIDE = -1;

    private final MeshProblem problem;
    private final int[] partOf;

    CutTraffic(MeshProblem problem) {
        this.problem = problem;
        this.partOf = new int[problem.size()];
        Arrays.fill(partOf, OUTSIDE);
    }

    /** From now on of these members, the first so many of which make the first part. */
    void begin(int[] members, Portions shares) {
        int from = 0;
        for (int part = 0; part < shares.size(); part++) {
            int to = from + shares.members(part);
            while (from < to) {
                partOf[members[from++]] = part;
            }
        }
    }

    void end(int[] members) {
        for (int member : members) {
            partOf[member] = OUTSIDE;
        }
    }

    /** Adds what each part sends and receives along an axis; returns how many members have a neighbour in another part. */
    long add(int a, int[] members, long[] out, long[] in) {
        var axis = problem.axes().all().get(a);
        var next = problem.neighbours().next()[a];
        var previous = problem.neighbours().previous()[a];
        return switch (axis.traffic()) {
            case RING -> addRing(axis.grains(), next, previous, members, out, in);
            case POINT_TO_POINT -> addChain(axis.grains(), next, previous, members, out, in);
            case ALL_TO_ALL -> addGroups(axis, members, out, in);
        };
    }

    private long addRing(long grains, int[] next, int[] previous, int[] members, long[] out, long[] in) {
        long cut = 0;
        for (int member : members) {
            int part = partOf[member];
            if (partOf[next[member]] != part) {
                out[part] += grains;
                cut++;
            }
            if (partOf[previous[member]] != part) {
                in[part] += grains;
            }
        }
        return cut;
    }

    private long addChain(long grains, int[] next, int[] previous, int[] members, long[] out, long[] in) {
        long cut = 0;
        for (int member : members) {
            int part = partOf[member];
            if (next[member] != Neighbours.NONE && partOf[next[member]] != part) {
                out[part] += grains;
                in[part] += grains;
                cut++;
            }
            if (previous[member] != Neighbours.NONE && partOf[previous[member]] != part) {
                out[part] += grains;
                in[part] += grains;
            }
        }
        return cut;
    }

    private long addGroups(Axis axis, int[] members, long[] out, long[] in) {
        long cut = 0;
        var inPart = new int[out.length];
        for (int member : members) {
            if (isFirst(axis, member)) {
                cut += addGroup(axis, member, inPart, out, in);
            }
        }
        return cut;
    }

    /** Whether a member is its group's first in the cut, so that each group is counted once. */
    private boolean isFirst(Axis axis, int member) {
        for (int coordinate = axis.coordinate(member) - 1; coordinate >= 0; coordinate--) {
            if (partOf[axis.at(member, coordinate)] != OUTSIDE) {
                return false;
            }
        }
        return true;
    }

    private long addGroup(Axis axis, int member, int[] inPart, long[] out, long[] in) {
        Arrays.fill(inPart, 0);
        for (int coordinate = axis.coordinate(member); coordinate < axis.degree(); coordinate++) {
            int part = partOf[axis.at(member, coordinate)];
            if (part != OUTSIDE) {
                inPart[part]++;
            }
        }
        long cut = 0;
        for (int part = 0; part < inPart.length; part++) {
            long inside = inPart[part];
            long others = axis.degree() - inside;
            out[part] += inside * others * axis.grains();
            in[part] += inside * others * axis.grains();
            cut += others > 0 ? inside : 0;
        }
        return cut;
    }
}
