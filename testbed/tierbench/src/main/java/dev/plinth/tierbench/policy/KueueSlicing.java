package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Job.Slice;
import dev.plinth.tierbench.policy.Tree.Domain;
import java.util.List;

/**
 * Which pods must share a domain, and how many of them each domain can take.
 *
 * @param size pods in a slice; 1 without slices
 * @param level whose domains hold whole slices
 * @param inner size of the slices inside slices that domains of a level hold whole, by level; 0 where there are none
 */
record KueueSlicing(int size, int level, int[] inner) {
    /** @param slices the outermost first */
    static KueueSlicing of(List<Slice> slices, Fleet fleet) {
        var inner = new int[fleet.levels().size()];
        if (slices.isEmpty()) {
            return new KueueSlicing(1, fleet.host(), inner);
        }
        int from = fleet.level(slices.getFirst().level());
        int outermost = from;
        for (var slice : slices.subList(1, slices.size())) {
            for (int level = from + 1; level <= fleet.level(slice.level()); level++) {
                inner[level] = slice.size();
            }
            from = fleet.level(slice.level());
        }
        return new KueueSlicing(slices.getFirst().size(), outermost, inner);
    }

    boolean isNone(int host) {
        return size == 1 && level == host;
    }

    /** Sums up the room of the hosts; a leader takes its room where it costs least. */
    void count(Domain domain, boolean led) {
        if (!domain.children.isEmpty()) {
            int pods = 0;
            int slices = 0;
            int leastPods = Integer.MAX_VALUE;
            int leastSlices = Integer.MAX_VALUE;
            domain.leaders = 0;
            for (var child : domain.children) {
                count(child, led);
                int piece = Math.max(1, inner[child.level]);
                int whole = child.pods / piece * piece;
                pods += whole;
                slices += child.slices;
                domain.leaders = Math.max(domain.leaders, child.leaders);
                if (!led || child.leaders > 0) {
                    leastPods = Math.min(leastPods, whole - child.podsLed / piece * piece);
                    leastSlices = Math.min(leastSlices, child.slices - child.slicesLed);
                }
            }
            domain.pods = pods;
            domain.slices = slices;
            domain.podsLed = leastPods == Integer.MAX_VALUE ? 0 : pods - leastPods;
            domain.slicesLed = leastPods == Integer.MAX_VALUE ? 0 : slices - leastSlices;
        }
        if (domain.level == level) {
            domain.slices = domain.pods / size;
            domain.slicesLed = domain.podsLed / size;
        }
    }
}
