package dev.plinth.placement;

import dev.plinth.placement.Dimension.Traffic;

/**
 * A dimension of the mesh as members see it, ranks of one member taken together.
 *
 * @param stride distance of neighbours, in members
 * @param degree members in a group; at least 2
 * @param grains per step over one directed edge: to the next member ({@code RING}), to each neighbour
 *     ({@code POINT_TO_POINT}), to each other member of the group ({@code ALL_TO_ALL})
 */
record Axis(String name, int stride, int degree, Traffic traffic, long grains) {
    int coordinate(int member) {
        return member / stride % degree;
    }

    /** The member of the same group with another coordinate. */
    int at(int member, int coordinate) {
        return member + (coordinate - coordinate(member)) * stride;
    }

    /** Most that one member sends if all of its partners are elsewhere. */
    long grainsSent() {
        return switch (traffic) {
            case RING -> grains;
            case ALL_TO_ALL -> grains * (degree - 1);
            case POINT_TO_POINT -> degree > 2 ? 2 * grains : grains;
        };
    }
}
