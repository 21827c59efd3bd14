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
                var pull = new Pull(problem, loads, member);
                for (int node : choices.of(member)) {
                    double cost = cost(pull, node);
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
    double cost(Pull pull, int node) {
        var cluster = problem.cluster();
        double hole = roomy ? -problem.rooms().perNode()[node] : 0;
        for (int depth = 0; depth <= cluster.topology().hostDepth() && !roomy; depth++) {
            hole += problem.rooms().in(cluster.around(node, depth));
        }
        return pull.seconds(node) * (1 + 1e-9) + hole * 1e-15;
    }
}
