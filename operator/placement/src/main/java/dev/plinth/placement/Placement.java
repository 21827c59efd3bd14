package dev.plinth.placement;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The answer to a {@link GangRequest}. */
public sealed interface Placement {
    /**
     * A node for every member.
     *
     * @param nodes node by member index, pinned members included
     * @param domain path of the narrowest domain that holds all members, such as {@code b0/r3}; empty if only the whole cluster does
     * @param leader node of the leader, if the gang has one
     * @param spares node of each spare
     * @param prediction what the network costs the gang
     */
    record Placed(
            SortedMap<Integer, String> nodes,
            String domain,
            Optional<String> leader,
            List<String> spares,
            Prediction prediction)
            implements Placement {
        public Placed {
            nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
        }
    }

    /** No node for at least one member, so none is placed. */
    record Unplaceable(Explanation explanation) implements Placement {}
}
