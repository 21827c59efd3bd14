package dev.plinth.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Places members and spares as one gang and tells them apart afterwards: for spares that find no room beside placed members. */
record Reserve(GangRequest request, Pieces pieces) {
    /**
     * @param taken new members by node position
     * @param spares node positions
     */
    record Shares(int[] taken, List<Integer> spares) {}

    /** @param allowed domains of which one must take all */
    Optional<Shares> of(List<Domain> allowed) {
        if (allowed.stream().noneMatch(domain -> pieces.in(domain) >= request.wanted())) {
            return Optional.empty();
        }
        var cluster = pieces.cluster();
        int near = ExtraPods.nearDepth(request, cluster);
        var taken = new Solver(pieces, request.wanted(), Math.max(0, near)).solve(allowed);
        var membersIn = new int[near < 0 ? 1 : cluster.domains(near).size()];
        for (int node = 0; node < taken.length; node++) {
            membersIn[domain(near, node)] += taken[node];
        }
        request.pinned()
                .values()
                .forEach(name -> cluster.position(name).ifPresent(node -> membersIn[domain(near, node)]++));
        var spares = new ArrayList<Integer>();
        while (spares.size() < request.extras().spares().count()) {
            int spare = -1;
            for (int node = 0; node < taken.length; node++) {
                boolean leavesAMember = taken[node] > 0 && membersIn[domain(near, node)] > 1;
                if (leavesAMember && (spare < 0 || membersIn[domain(near, node)] >= membersIn[domain(near, spare)])) {
                    spare = node;
                }
            }
            if (spare < 0) {
                return Optional.empty();
            }
            spares.add(spare);
            taken[spare]--;
            membersIn[domain(near, spare)]--;
        }
        return Optional.of(new Shares(taken, spares));
    }

    private int domain(int depth, int node) {
        return depth < 0 ? 0 : pieces.cluster().fabric().domainOf()[depth][node];
    }
}
