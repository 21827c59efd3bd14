package dev.plinth.clusterbench;

import java.util.ArrayList;
import java.util.List;

/** Room on nodes for pods of one size, given out in turn, so that a node is used again as late as can be: it makes bare pods know their node. */
final class Slots {
    private final int[] taken;
    private final int perNode;
    private int next;

    Slots(int nodes, int perNode) {
        this.taken = new int[nodes];
        this.perNode = perNode;
    }

    /** Numbers of the nodes of so many pods. */
    List<Integer> take(int pods) {
        var nodes = new ArrayList<Integer>();
        for (int looked = 0; looked < taken.length && nodes.size() < pods; looked++) {
            while (taken[next] < perNode && nodes.size() < pods) {
                taken[next]++;
                nodes.add(next);
            }
            next = (next + 1) % taken.length;
        }
        if (nodes.size() < pods) {
            giveBack(nodes);
            throw new IllegalStateException("no room for " + pods + " pods");
        }
        return nodes;
    }

    void giveBack(List<Integer> nodes) {
        nodes.forEach(node -> taken[node]--);
    }
}
