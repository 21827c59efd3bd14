package dev.plinth.placement;

/**
 * How a member is drawn towards the members that have a place: what its traffic with them costs on any node.
 *
 * <p>A mate costs what the levels above it cost at which it is in another domain, so the weights of mates are summed by domain once,
 * and a node looks up one sum a level.
 */
final class Pull {
    /** Groups are kept together even where their members exchange nothing directly. */
    private static final double WEAK = 1e-3;

    private final Fabric fabric;
    private final double[][] inDomain;
    private double all;

    Pull(MeshProblem problem, Loads loads, int member) {
        this.fabric = problem.cluster().fabric();
        this.inDomain = new double[fabric.hostDepth() + 1][];
        for (int depth = 0; depth < inDomain.length; depth++) {
            inDomain[depth] = new double[fabric.capacity()[depth].length];
        }
        for (var axis : problem.axes().all()) {
            double bytes = axis.grains() / problem.axes().grainsPerByte();
            int coordinate = axis.coordinate(member);
            for (int other = 0; other < axis.degree(); other++) {
                int mate = axis.at(member, other);
                if (other != coordinate && loads.isPlaced(mate)) {
                    add(loads.nodeOf(mate), isNeighbour(axis, coordinate, other) ? bytes : WEAK * bytes);
                }
            }
        }
    }

    private static boolean isNeighbour(Axis axis, int coordinate, int other) {
        int apart = Math.abs(other - coordinate);
        return switch (axis.traffic()) {
            case ALL_TO_ALL -> true;
            case RING -> apart == 1 || apart == axis.degree() - 1;
            case POINT_TO_POINT -> apart == 1;
        };
    }

    private void add(int node, double bytes) {
        all += bytes;
        for (int depth = 0; depth < inDomain.length; depth++) {
            inDomain[depth][fabric.domainOf()[depth][node]] += bytes;
        }
    }

    double seconds(int node) {
        double seconds = 0;
        for (int depth = 0; depth < inDomain.length; depth++) {
            seconds += (all - inDomain[depth][fabric.domainOf()[depth][node]]) / fabric.guaranteed()[depth];
        }
        return seconds;
    }
}
