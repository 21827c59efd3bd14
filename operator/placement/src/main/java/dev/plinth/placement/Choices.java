package dev.plinth.placement;

import java.util.Arrays;
import java.util.TreeSet;

/** Which nodes a member can still get while a placement is being put together, one of each kind that makes no difference. */
final class Choices {
    private final MeshProblem problem;
    private final Loads loads;
    private final Domain scope;
    /** Members that each node still has room for. */
    private final int[] room;

    /** Likewise for each domain, by depth and domain. */
    private final int[][] roomIn;

    private final int[] spares;

    Choices(MeshProblem problem, Loads loads, Domain scope) {
        this.problem = problem;
        this.loads = loads;
        this.scope = scope;
        this.room = problem.rooms().perNode().clone();
        this.spares = new int[room.length];
        for (int node = 0; node < room.length; node++) {
            spares[node] = problem.heldSpares(node);
            room[node] += spares[node];
        }
        var fabric = problem.cluster().fabric();
        this.roomIn = new int[fabric.capacity().length][];
        for (int depth = 0; depth < roomIn.length; depth++) {
            roomIn[depth] = new int[fabric.capacity()[depth].length];
            for (int node = 0; node < room.length; node++) {
                roomIn[depth][fabric.domainOf()[depth][node]] += room[node];
            }
        }
    }

    /** Positions of the nodes a member may get, in the order of the tree; held spares only, as long as one of them will do. */
    int[] of(int member) {
        int host = problem.cluster().topology().hostDepth();
        var parents =
                host == 0 ? new int[room.length] : problem.cluster().fabric().domainOf()[host - 1];
        var found = new int[scope.to() - scope.from()];
        int count = 0;
        int lastParent = -1;
        var seen = new TreeSet<Integer>();
        boolean onlySpares = false;
        for (int node = scope.from(); node < scope.to(); node++) {
            if (room[node] == 0 || onlySpares && spares[node] == 0) {
                continue;
            }
            if (parents[node] != lastParent) {
                lastParent = parents[node];
                seen.clear();
            }
            boolean fresh = loads.membersIn(host, node) == 0 && spares[node] == 0;
            if (fresh && !seen.add(room[node]) || !isLegal(member, node)) {
                continue;
            }
            if (spares[node] > 0 && !onlySpares) {
                onlySpares = true;
                count = 0;
            }
            found[count++] = node;
        }
        return Arrays.copyOf(found, count);
    }

    /** Nodes that are looked at for each member. */
    int width() {
        return scope.to() - scope.from();
    }

    private boolean isLegal(int member, int node) {
        if (Spreads.clashes(problem, loads, member, node) > 0) {
            return false;
        }
        for (int a = 0; a < problem.requiredDepth().length; a++) {
            int depth = problem.requiredDepth()[a];
            if (depth >= 0 && !keepsTogether(problem.axes().all().get(a), depth, member, node)) {
                return false;
            }
        }
        return true;
    }

    private boolean keepsTogether(Axis axis, int depth, int member, int node) {
        var domainOf = problem.cluster().fabric().domainOf()[depth];
        int unplaced = 0;
        for (int coordinate = 0; coordinate < axis.degree(); coordinate++) {
            int other = axis.at(member, coordinate);
            if (!loads.isPlaced(other)) {
                unplaced++;
            } else if (domainOf[loads.nodeOf(other)] != domainOf[node]) {
                return false;
            }
        }
        return roomIn[depth][domainOf[node]] >= unplaced;
    }

    void put(int member, int node) {
        loads.put(member, node);
        room[node]--;
        changeRoom(node, -1);
    }

    void take(int member) {
        int node = loads.nodeOf(member);
        loads.take(member);
        room[node]++;
        changeRoom(node, 1);
    }

    private void changeRoom(int node, int by) {
        for (int depth = 0; depth < roomIn.length; depth++) {
            roomIn[depth][problem.cluster().fabric().domainOf()[depth][node]] += by;
        }
    }

    Loads.Later later(int members) {
        return new Loads.Later(members, roomIn);
    }
}
