package dev.plinth.trainer.ring;

import java.util.Set;
import java.util.TreeSet;

/** The ring ended before its work did: a rank was lost, or a newer generation of the gang forms. The step is dropped. */
public final class RingBroken extends Exception {
    private final transient Set<Integer> suspects;
    private final String reason;

    /** @param suspects ranks that were found silent or gone; empty if none is to blame */
    public RingBroken(String message, Set<Integer> suspects) {
        super(message);
        this.reason = message;
        this.suspects = new TreeSet<>(suspects);
    }

    /** What happened, for people. */
    public String reason() {
        return reason;
    }

    /** Ranks that were found silent or gone, in order; empty if none is to blame. */
    public Set<Integer> suspects() {
        return suspects;
    }
}
