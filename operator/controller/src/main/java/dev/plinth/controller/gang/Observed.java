package dev.plinth.controller.gang;

import dev.plinth.controller.gang.GangDecision.Facts;
import dev.plinth.recovery.NodeVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;

/** What a pass has seen. */
sealed interface Observed {
    /** The cache does not show our own last writes yet; nothing can be decided by it. */
    record TooOld(Duration patience) implements Observed {}

    /**
     * The gang as it is.
     *
     * @param facts what is decided by
     * @param verdicts on the nodes of its members
     * @param lookAgain when something that looks well now may look ill without any event
     */
    record Seen(Facts facts, SortedMap<String, NodeVerdict> verdicts, Instant lookAgain) implements Observed {}
}
