package dev.plinth.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the leader and the spares of a placed gang go.
 *
 * @param leader near member 0; empty if the gang has none
 */
record ExtraPods(Optional<String> leader, List<String> spares) {
    private static final ExtraPods NONE = new ExtraPods(Optional.empty(), List.of());

    /** Empty if there is no room for one of them. */
    static Optional<ExtraPods> of(MeshProblem problem, Loads loads) {
        var request = problem.request();
        if (request.extras().leader().isEmpty() && request.extras().spares().count() == 0) {
            return Optional.of(NONE);
        }
        int host = problem.cluster().topology().hostDepth();
        var positions = new int[problem.size()];
        var taken = new int[problem.cluster().size()];
        for (int member = 0; member < positions.length; member++) {
            positions[member] = loads.nodeOf(member);
        }
        for (int node = 0; node < taken.length; node++) {
            taken[node] = loads.membersIn(host, node) - problem.pinnedIn()[host][node];
        }
        return of(request, problem.cluster(), problem.rooms(), taken, positions);
    }

    /**
     * @param taken new members by node position
     * @param positions node position by member
     */
    static Optional<ExtraPods> of(GangRequest request, Cluster cluster, Rooms rooms, int[] taken, int[] positions) {
        if (request.extras().leader().isEmpty()) {
            return of(request, cluster, rooms, taken, positions, Optional.empty());
        }
        return leader(request, cluster, taken, positions[0])
                .flatMap(leader -> of(request, cluster, rooms, taken, positions, Optional.of(leader)));
    }

    /** @param leader position of the node it is on */
    static Optional<ExtraPods> of(
            GangRequest request, Cluster cluster, Rooms rooms, int[] taken, int[] positions, Optional<Integer> leader) {
        var left = new int[taken.length];
        for (int node = 0; node < left.length; node++) {
            left[node] = rooms.perNode()[node] - taken[node];
        }
        leader.ifPresent(node -> left[node] = Math.min(
                left[node],
                rest(request, cluster.at(node), taken[node])
                        .minus(request.extras().leader().orElseThrow())
                        .times(request.perMember(), GangRequest.MAX_SIZE)));
        var spares = spares(request, cluster, left, positions);
        var leaderName = leader.map(node -> cluster.at(node).name());
        return spares.map(names -> new ExtraPods(leaderName, names));
    }

    /**
     * Depth of the level whose domains have a spare only where they have a member; -1 if spares may be anywhere. A spare outside the
     * domain that the gang must stay in could stand in for nobody.
     */
    static int nearDepth(GangRequest request, Cluster cluster) {
        return Stream.of(request.extras().spares().near(), request.requiredLevel())
                .flatMap(Optional::stream)
                .mapToInt(cluster.topology()::depth)
                .max()
                .orElse(-1);
    }

    /** Node position of the leader, given the places of all others. */
    static Optional<Integer> leader(GangRequest request, Cluster cluster, int[] taken, int first) {
        var need = request.extras().leader().orElseThrow();
        Optional<Integer> best = Optional.empty();
        for (int node = 0; node < taken.length; node++) {
            if ((best.isEmpty() || isNearer(cluster, node, best.get(), first, taken))
                    && Rooms.barrier(cluster.at(node), request).isEmpty()
                    && (allowedForLeader(request, cluster, node, first))
                    && rest(request, cluster.at(node), taken[node]).covers(need)) {
                best = Optional.of(node);
            }
        }
        return best;
    }

    /** Of equally near nodes one that members are on already. */
    private static boolean isNearer(Cluster cluster, int node, int other, int first, int[] taken) {
        int distance = cluster.distance(node, first);
        int otherDistance = cluster.distance(other, first);
        return distance != otherDistance ? distance < otherDistance : taken[node] > 0 && taken[other] == 0;
    }

    /** Whether a leader on the node is in the domain that the gang must stay in. */
    static boolean allowedForLeader(GangRequest request, Cluster cluster, int node, int first) {
        return request.requiredLevel()
                .map(level -> cluster.fabric().domainOf()[cluster.topology().depth(level)])
                .map(domainOf -> domainOf[node] == domainOf[first])
                .orElse(true);
    }

    private static Resources rest(GangRequest request, Node node, int taken) {
        var rest = node.free();
        for (int i = 0; i < taken; i++) {
            rest = rest.minus(request.perMember());
        }
        return rest;
    }

    /** In the domains they may be in: those nearest to the most members, and of those the smallest hole. */
    private static Optional<List<String>> spares(GangRequest request, Cluster cluster, int[] left, int[] positions) {
        int depth = nearDepth(request, cluster);
        int host = cluster.topology().hostDepth();
        int near = Math.max(0, depth >= 0 ? depth : host - 1);
        var domainOf = cluster.fabric().domainOf()[near];
        var membersIn = new int[cluster.domains(near).size()];
        var leftIn = new int[membersIn.length];
        for (int position : positions) {
            membersIn[domainOf[position]]++;
        }
        for (int node = 0; node < left.length; node++) {
            leftIn[domainOf[node]] += left[node];
        }
        var names = new ArrayList<String>();
        for (int spare = 0; spare < request.extras().spares().count(); spare++) {
            int best = -1;
            for (int node = 0; node < left.length; node++) {
                boolean allowed = left[node] > 0 && (depth < 0 || membersIn[domainOf[node]] > 0);
                if (allowed && (best < 0 || better(domainOf[node], domainOf[best], membersIn, leftIn))) {
                    best = node;
                }
            }
            if (best < 0) {
                return Optional.empty();
            }
            left[best]--;
            names.add(cluster.at(best).name());
        }
        return Optional.of(List.copyOf(names));
    }

    private static boolean better(int domain, int other, int[] membersIn, int[] leftIn) {
        return membersIn[domain] != membersIn[other]
                ? membersIn[domain] > membersIn[other]
                : leftIn[domain] < leftIn[other];
    }
}
