package dev.plinth.recovery;

import java.time.Instant;

/** Whether a node is lost. */
public sealed interface NodeVerdict {
    record Alive() implements NodeVerdict {}

    /** Signs point to a loss, but not enough of them yet: judge again at {@code until}. */
    record Suspect(Instant until, String why) implements NodeVerdict {}

    /** @param since the last sign of life, or what comes nearest to it */
    record Lost(Instant since, String why) implements NodeVerdict {}
}
