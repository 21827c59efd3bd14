package dev.plinth.placement;

/** Which members must not share a failure domain. */
final class Spreads {
    private Spreads() {}

    static boolean any(GangRequest request) {
        return !request.extras().spread().isEmpty();
    }

    /** Pairs of members that share a failure domain though they must not. */
    static int broken(MeshProblem problem, Loads loads) {
        int broken = 0;
        for (int member = 0; member < problem.size() && any(problem.request()); member++) {
            broken += clashes(problem, loads, member, loads.nodeOf(member));
        }
        return broken;
    }

    /** Placed members whose failure domain a member would share on a node. */
    static int clashes(MeshProblem problem, Loads loads, int member, int node) {
        int clashes = 0;
        for (var spread : problem.request().extras().spread()) {
            int depth = problem.cluster().topology().depth(spread.level());
            var domainOf = problem.cluster().fabric().domainOf()[depth];
            for (var axis : problem.axes().all()) {
                if (axis.name().equals(spread.dimension())) {
                    for (int coordinate = 0; coordinate < axis.degree(); coordinate++) {
                        int other = axis.at(member, coordinate);
                        if (other != member
                                && loads.isPlaced(other)
                                && domainOf[loads.nodeOf(other)] == domainOf[node]) {
                            clashes++;
                        }
                    }
                }
            }
        }
        return clashes;
    }
}
