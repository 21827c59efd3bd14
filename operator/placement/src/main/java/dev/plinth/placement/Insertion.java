package dev.plinth.placement;

/**
 * Places members one by one beside those that have a place: the way of repair and growth, where the survivors stay, and of gangs
 * whose members must not share failure domains.
 *
 * @param roomy among equal hosts take the one with most room, so that those who come next find theirs beside it; else the tightest
 *     holes
 */
record Insertion(MeshProblem problem, boolean roomy) {

    /** Puts all members that have no place; false if one of them finds none. */
    boolean place(Loads loads, Domain scope) {
        var choices = new Choices(problem, loads, scope);
        for (int member = 0; member < problem.size(); member++) {
            if (!loads.isPlaced(member)) {
                int best = -1;
                double least = Double.POSITIVE_INFINITY;
                for (int node : choices.of(member)) {
                    double cost = cost(loads, member, node);
                    if (cost < least) {
                        least = cost;
                        best = node;
                    }
                }
                if (best < 0) {
                    return false;
                }
                choices.put(member, best);
            }
        }
        return true;
    }

    /** Seconds of traffic with placed neighbours; among equals the domain with most neighbours in rank, then the hole. */
    double cost(Loads loads, int member, int node) {
        var fabric = problem.cluster().fabric();
        double seconds = 0;
        for (var axis : problem.axes().all()) {
            int coordinate = axis.coordinate(member);
            int last = axis.degree() - 1;
            for (int other = 0; other <= last; other++) {
                int apart = Math.abs(other - coordinate);
                boolean near = apart == 1 || apart == last && axis.traffic() == Dimension.Traffic.RING;
                int mate = axis.at(member, other);
                if (apart > 0 && loads.isPlaced(mate)) {
                    // Groups are kept together even where their members exchange nothing directly.
                    double share = near || axis.traffic() == Dimension.Traffic.ALL_TO_ALL ? 1 : 1e-3;
                    double bytes = axis.grains() / problem.axes().grainsPerByte();
                    seconds += share * bytes * secondsPerByte(fabric, loads.nodeOf(mate), node);
                }
            }
        }
        double hole = roomy ? -problem.rooms().perNode()[node] : 0;
        for (int depth = 0; depth <= fabric.hostDepth() && !roomy; depth++) {
            hole += problem.rooms().in(problem.cluster().domains(depth).get(fabric.domainOf()[depth][node]));
        }
        return seconds * (1 + 1e-9) + hole * 1e-15;
    }

    private static double secondsPerByte(Fabric fabric, int a, int b) {
        double seconds = 0;
        for (int depth = fabric.hostDepth();
                depth >= 0 && fabric.domainOf()[depth][a] != fabric.domainOf()[depth][b];
                depth--) {
            seconds += 1 / fabric.guaranteed()[depth];
        }
        return seconds;
    }
}
