package dev.plinth.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The mesh of a gang as members see it: which exchange bytes, and which must stay together.
 *
 * <p>Traffic is counted in grains, a power of two to a byte and as fine as a {@code long} can sum: thirds of a byte rounded to whole
 * ones would tell placements apart that are equal.
 *
 * @param ranksPerMember accelerators that send, in each member
 * @param grainsPerByte grains in a byte
 * @param all every dimension that reaches beyond one member, fastest first; their degrees multiply to the number of members
 * @param dimensions the dimension of each axis
 */
record Axes(int ranksPerMember, double grainsPerByte, List<Axis> all, List<Dimension> dimensions) {
    /** All that a gang exchanges in a step, both ways, stays below this many grains. */
    private static final int GRAINS_LOG2 = 62;

    /** Pairs of an all-to-all, twice: 8,192 members in groups of 512 are half of it. */
    private static final long MOST_PAIRS = 8_000_000;

    /** The axes of a mesh for which {@link #complaint} has nothing to say. */
    static Axes of(Mesh mesh) {
        var axes = new ArrayList<Axis>();
        var dimensions = new ArrayList<Dimension>();
        int perMember = mesh.ranksPerMember();
        double grainsPerByte = grainsPerByte(mesh);
        long stride = 1;
        for (var dimension : mesh.dimensions()) {
            int inMember = stride < perMember ? (int) Math.min(dimension.degree(), perMember / stride) : 1;
            int degree = dimension.degree() / inMember;
            if (degree > 1) {
                axes.add(new Axis(
                        dimension.name(),
                        (int) Math.max(1, stride / perMember),
                        degree,
                        dimension.traffic(),
                        Math.round(grainsPerByte * edgeBytes(dimension, inMember, (int) Math.min(stride, perMember)))));
                dimensions.add(dimension);
            }
            stride *= dimension.degree();
        }
        return new Axes(perMember, grainsPerByte, List.copyOf(axes), List.copyOf(dimensions));
    }

    private static double grainsPerByte(Mesh mesh) {
        double bytes = 1;
        for (var dimension : mesh.dimensions()) {
            bytes += 2 * dimension.bytesPerStep() * mesh.ranks();
        }
        return Math.scalb(1.0, Math.max(0, GRAINS_LOG2 - Math.getExponent(bytes) - 1));
    }

    /** @param groups of this dimension that a member takes part in; {@code inMember} ranks of each are in it */
    private static double edgeBytes(Dimension dimension, int inMember, int groups) {
        double degree = dimension.degree();
        double ofRank = switch (dimension.traffic()) {
            case RING -> 2 * (degree - 1) / degree;
            case ALL_TO_ALL -> (double) inMember * inMember / degree;
            case POINT_TO_POINT -> 1;
        };
        return dimension.bytesPerStep() * groups * ofRank;
    }

    /** What is wrong with the mesh of a gang of so many members; empty if nothing. */
    static Optional<String> complaint(Mesh mesh, int size) {
        if (mesh.isNone()) {
            return Optional.empty();
        }
        int perMember = mesh.ranksPerMember();
        if (perMember < 1) {
            return Optional.of("a member has at least 1 rank, not " + perMember);
        }
        for (var dimension : mesh.dimensions()) {
            if (dimension.degree() < 1) {
                return Optional.of(
                        "the degree of " + dimension.name() + " is " + dimension.degree() + ", not 1 or more");
            }
            if (!(dimension.bytesPerStep() >= 0 && dimension.bytesPerStep() <= Dimension.MOST_BYTES)) {
                return Optional.of("the bytes of " + dimension.name() + " are not between 0 and 1e12 a step");
            }
        }
        if (mesh.ranks() != (long) size * perMember) {
            return Optional.of("the mesh has " + mesh.ranks() + " ranks, but " + size + " members of " + perMember
                    + " make " + (long) size * perMember);
        }
        for (var dimension : mesh.dimensions()) {
            if (dimension.traffic() == Dimension.Traffic.ALL_TO_ALL && (long) size * dimension.degree() > MOST_PAIRS) {
                return Optional.of("%s exchanges %d ways in each of %d members, more than is worked out"
                        .formatted(dimension.name(), dimension.degree(), size));
            }
        }
        long stride = 1;
        for (var dimension : mesh.dimensions()) {
            if (!aligned(stride, dimension.degree(), perMember)) {
                return Optional.of(
                        "groups of " + dimension.name() + " are cut unevenly by members of " + perMember + " ranks");
            }
            stride *= dimension.degree();
        }
        return Optional.empty();
    }

    private static boolean aligned(long stride, int degree, int perMember) {
        if (stride >= perMember) {
            return stride % perMember == 0;
        }
        long fits = perMember / stride;
        return perMember % stride == 0 && (degree <= fits ? fits % degree == 0 : degree % fits == 0);
    }

    /** What a member sends in a second for each byte a second of one rank. */
    double grainsOfMember() {
        return ranksPerMember * grainsPerByte;
    }

    /** Seconds that the traffic takes if each member has a host of its own on one network without oversubscription. */
    double flatSeconds(double bytesPerSecond) {
        double seconds = 0;
        for (var axis : all) {
            seconds += axis.grainsSent() / (grainsOfMember() * bytesPerSecond);
        }
        return seconds;
    }

    /** Seconds that an axis takes on the links of the hosts, if each member has a host of its own. */
    double floorSeconds(int axis, Fabric fabric) {
        return all.get(axis).grainsSent() / (grainsOfMember() * fabric.guaranteed()[fabric.hostDepth()]);
    }
}
