package dev.plinth.placement;

import java.util.Optional;

/** Betters a placement by exchanging the places of two members, or moving one to a free place, as long as that helps. */
record Polish(MeshProblem problem, Domain scope, Budget budget) {
    private static final double NEARLY = 0.9;

    /** Seconds of uplinks that are nearly as slow or as busy as the worst: the same for all members until one has moved. */
    private record Worst(double slow, double busy) {
        static Worst of(Loads loads) {
            return new Worst(NEARLY * loads.slowestUplink(), NEARLY * loads.busiestUplink());
        }
    }

    /** Changes the placement to the better and returns its score. */
    Score improve(Loads loads, Score start) {
        var score = start;
        boolean better = true;
        while (better && !budget.isSpent()) {
            better = false;
            var worst = Worst.of(loads);
            for (int member = 0; member < problem.size() && !budget.isSpent(); member++) {
                if (isMovable(member) && isAtBusyUplink(loads, member, worst)) {
                    var next = improve(loads, member, score);
                    if (next.isPresent()) {
                        score = next.get();
                        worst = Worst.of(loads);
                        better = true;
                    }
                }
            }
        }
        return score;
    }

    private boolean isMovable(int member) {
        return !problem.request().pinned().containsKey(member);
    }

    /** Members behind an uplink that is nearly as slow or as busy as the worst: only moving one of those can relieve it. */
    private boolean isAtBusyUplink(Loads loads, int member, Worst worst) {
        var fabric = problem.cluster().fabric();
        for (int depth = 0; depth < fabric.hostDepth(); depth++) {
            int domain = fabric.domainOf()[depth][loads.nodeOf(member)];
            double busy = loads.uplinkSeconds(depth, domain);
            if (busy > 0 && (busy >= worst.busy() || loads.ownSeconds(depth, domain) >= worst.slow())) {
                return true;
            }
        }
        return false;
    }

    private Optional<Score> improve(Loads loads, int member, Score score) {
        int host = problem.cluster().topology().hostDepth();
        var parents = problem.cluster().fabric().domainOf()[Math.max(0, host - 1)];
        for (int other = 0; other < problem.size(); other++) {
            if (other != member && isMovable(other) && parents[loads.nodeOf(other)] != parents[loads.nodeOf(member)]) {
                if (!budget.take(3L * problem.size())) {
                    return Optional.empty();
                }
                swap(loads, member, other);
                var next = problem.score(loads);
                if (next.compareTo(score) < 0 && problem.isLegal(loads)) {
                    return Optional.of(next);
                }
                swap(loads, member, other);
            }
        }
        return moved(loads, member, score);
    }

    private Optional<Score> moved(Loads loads, int member, Score score) {
        int from = loads.nodeOf(member);
        int host = problem.cluster().topology().hostDepth();
        loads.take(member);
        var parents = problem.cluster().fabric().domainOf()[Math.max(0, host - 1)];
        int last = parents[from];
        for (int node = scope.from(); node < scope.to(); node++) {
            // Only racks that the gang is in already: elsewhere a member would have no company.
            if (host > 0 && loads.membersIn(host - 1, parents[node]) == 0) {
                continue;
            }
            boolean free = loads.membersIn(host, node) - problem.pinnedIn()[host][node]
                    < problem.rooms().perNode()[node] + problem.heldSpares(node);
            if (free && parents[node] != last && budget.take(3L * problem.size())) {
                last = parents[node];
                loads.put(member, node);
                var next = problem.score(loads);
                if (next.compareTo(score) < 0 && problem.isLegal(loads)) {
                    return Optional.of(next);
                }
                loads.take(member);
            }
        }
        loads.put(member, from);
        return Optional.empty();
    }

    private static void swap(Loads loads, int member, int other) {
        int a = loads.nodeOf(member);
        int b = loads.nodeOf(other);
        loads.take(member);
        loads.take(other);
        loads.put(member, b);
        loads.put(other, a);
    }
}
