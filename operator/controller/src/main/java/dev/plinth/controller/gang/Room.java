package dev.plinth.controller.gang;

import dev.plinth.placement.Explanation;
import java.util.SortedMap;

/** Whether the members without a pod have got a place. */
sealed interface Room {
    /** @param nodes node by index of the members without a pod; their room is promised to them */
    record Promised(SortedMap<Integer, String> nodes) implements Room {}

    /** There is not enough room, and nothing was promised. */
    record Lacking(Explanation explanation) implements Room {}

    /** Others took room while it was being looked for: look again. */
    record Contended() implements Room {}
}
