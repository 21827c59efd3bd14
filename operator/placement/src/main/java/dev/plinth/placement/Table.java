package dev.plinth.placement;

import java.util.BitSet;
import java.util.List;

/**
 * The least cost of placing any number of members in one domain, and how. Members from 1 to {@link #room()}; none cost nothing.
 *
 * <p>The costs of the objective add up over domains, so the best for a domain is made of bests for its children, and the tables are
 * those of a knapsack over a tree.
 */
sealed interface Table {
    int room();

    long used(int members);

    long left(int members);

    /** Adds the members to {@code taken}, by node position. */
    void fill(int members, int[] taken);

    /**
     * A domain in which each member costs the same: a node, or a domain of nodes with room for one member each.
     *
     * @param nodes positions of the nodes with room
     * @param base cost apart from the members
     * @param each cost of each member
     */
    record Line(int room, List<Integer> nodes, Cost base, Cost each) implements Table {
        @Override
        public long used(int members) {
            return base.used() + members * each.used();
        }

        @Override
        public long left(int members) {
            return base.left() + members * each.left();
        }

        @Override
        public void fill(int members, int[] taken) {
            if (nodes.size() == 1) {
                taken[nodes.getFirst()] += members;
            } else {
                nodes.subList(0, members).forEach(node -> taken[node]++);
            }
        }
    }

    /**
     * A domain whose children are lines of one slope. How the members are shared among the children that are used does not matter
     * then, only which are used: a minimum-cost cover.
     *
     * @param used cost of the cover by members, own cost included; likewise {@code left}
     * @param takes by child, whether the best cover of so many members by the children up to this one uses it
     */
    record Cover(long[] used, long[] left, List<Line> children, List<BitSet> takes) implements Table {
        @Override
        public int room() {
            return used.length - 1;
        }

        @Override
        public long used(int members) {
            return used[members];
        }

        @Override
        public long left(int members) {
            return left[members];
        }

        @Override
        public void fill(int members, int[] taken) {
            var chosen = new BitSet();
            int largest = -1;
            int rest = members;
            for (int i = children.size() - 1; rest > 0; i--) {
                if (takes.get(i).get(rest)) {
                    chosen.set(i);
                    rest -= Math.min(rest, children.get(i).room());
                    boolean larger = largest < 0
                            || children.get(i).room() > children.get(largest).room();
                    largest = larger ? i : largest;
                }
            }
            rest = members;
            for (int i = chosen.nextSetBit(0); i >= 0; i = chosen.nextSetBit(i + 1)) {
                if (i != largest) {
                    children.get(i).fill(children.get(i).room(), taken);
                    rest -= children.get(i).room();
                }
            }
            children.get(largest).fill(rest, taken);
        }
    }

    /**
     * Any other domain: its children merged one after another.
     *
     * @param used least cost by members, own cost included; likewise {@code left}
     * @param shares by child, how many of so many members over the children up to this one it gets
     */
    record Merged(long[] used, long[] left, List<Table> children, List<int[]> shares) implements Table {
        @Override
        public int room() {
            return used.length - 1;
        }

        @Override
        public long used(int members) {
            return used[members];
        }

        @Override
        public long left(int members) {
            return left[members];
        }

        @Override
        public void fill(int members, int[] taken) {
            int rest = members;
            for (int i = children.size() - 1; rest > 0; i--) {
                int share = shares.get(i)[rest];
                if (share > 0) {
                    children.get(i).fill(share, taken);
                    rest -= share;
                }
            }
        }
    }
}
