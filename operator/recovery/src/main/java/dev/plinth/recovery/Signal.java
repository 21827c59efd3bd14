package dev.plinth.recovery;

import java.time.Duration;
import java.time.Instant;

/**
 * Something that was seen to be wrong. A signal names the incarnation of the member it is about, so that news of a pod that has been
 * replaced already is recognised as old. Signals are repeated for as long as they hold; that is harmless.
 */
public sealed interface Signal {
    /** The member's pod ended with an exit code other than 0. */
    record MemberFailed(int index, int incarnation, int exitCode) implements Signal {}

    /** The member's pod ended before its process began, for its node would not take it; {@code why} in the node's words. */
    record MemberRejected(int index, int incarnation, String why) implements Signal {}

    /** The member's pod had been created and is no longer there, or is being deleted by somebody else. */
    record MemberGone(int index, int incarnation) implements Signal {}

    /**
     * The member's process ended well. No fault by itself; but if the gang is formed again for another reason, the member comes
     * along, for the others could not finish without it.
     */
    record MemberDone(int index, int incarnation) implements Signal {}

    /** The member reported once and has not reported for {@code silence}. */
    record MemberSilent(int index, int incarnation, Duration silence) implements Signal {}

    /**
     * What members run has changed since this one's pod was made. Nothing is wrong with it; but members that run different
     * things do not work together, so the whole gang is formed again.
     */
    record MemberOutdated(int index, int incarnation) implements Signal {}

    /** Member {@code by} reports that it cannot reach member {@code index}. */
    record PeerSuspected(int by, int index, int incarnation) implements Signal {}

    /** The node may be lost; by {@code until} it will be known. */
    record NodeSuspect(String node, Instant until, String why) implements Signal {}

    /** The node counts as lost; {@code evidence} is what a person is told. */
    record NodeLost(String node, String evidence) implements Signal {}
}
