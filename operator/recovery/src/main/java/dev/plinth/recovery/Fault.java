package dev.plinth.recovery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A loss of one member that led to a new formation.
 *
 * @param at when it was decided upon
 * @param generation that it ended
 * @param node that the member was on
 * @param exitCode of the member's process; empty if it did not end by itself
 * @param step the last training step that the gang reported before it
 */
public record Fault(
        Instant at,
        int generation,
        int member,
        Cause cause,
        Optional<String> node,
        OptionalInt exitCode,
        OptionalLong step) {
    /** What took the member away. */
    public enum Cause {
        /** Its process ended with an exit code other than 0. */
        FAILED,
        /** Its node would not start it. */
        REJECTED,
        /** Its process is there but does nothing. */
        HUNG,
        /** Its node was lost. */
        NODE_LOST,
        /** Somebody deleted its pod. */
        DELETED;

        /** Whether the member itself is to blame. */
        boolean own() {
            return this == FAILED || this == REJECTED || this == HUNG;
        }
    }

    /**
     * The first of faults at once for which a member itself is to blame. If a node was lost with them, nobody is: the others failed
     * because their peers went away.
     */
    static Optional<Fault> toBlame(List<Fault> atOnce) {
        if (atOnce.stream().anyMatch(fault -> fault.cause() == Cause.NODE_LOST)) {
            return Optional.empty();
        }
        return atOnce.stream().filter(fault -> fault.cause().own()).findFirst();
    }

    /** The same way to fail as another: in a loop, each round looks like the last. */
    boolean looksLike(Fault other) {
        return cause == other.cause && exitCode.equals(other.exitCode) && step.equals(other.step);
    }
}
