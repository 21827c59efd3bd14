package dev.plinth.placement;

import java.util.Arrays;

/**
 * Who comes before and after each member along each axis, looked up instead of worked out each time.
 *
 * @param next by axis and member; {@link #NONE} at the open end of a chain
 */
record Neighbours(int[][] next, int[][] previous) {
    static final int NONE = -1;

    static Neighbours of(Axes axes, int size) {
        var next = new int[axes.all().size()][size];
        var previous = new int[axes.all().size()][size];
        for (int a = 0; a < next.length; a++) {
            var axis = axes.all().get(a);
            boolean closed = axis.traffic() == Dimension.Traffic.RING;
            Arrays.fill(previous[a], NONE);
            for (int member = 0; member < size; member++) {
                int coordinate = axis.coordinate(member);
                boolean last = coordinate == axis.degree() - 1;
                next[a][member] = !last ? axis.at(member, coordinate + 1) : closed ? axis.at(member, 0) : NONE;
                if (next[a][member] != NONE) {
                    previous[a][next[a][member]] = member;
                }
            }
        }
        return new Neighbours(next, previous);
    }
}
