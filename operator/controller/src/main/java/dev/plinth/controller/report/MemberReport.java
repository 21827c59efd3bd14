package dev.plinth.controller.report;

import java.time.Instant;
import java.util.Set;

/**
 * The last that was heard of one incarnation of a member.
 *
 * @param at when it was heard, by our own clock
 * @param generation of the formation it reported from
 * @param suspects indices of members it cannot reach
 */
public record MemberReport(int incarnation, int generation, Instant at, State state, Set<Integer> suspects) {
    public MemberReport {
        suspects = Set.copyOf(suspects);
    }

    /** What a member is doing. */
    public enum State {
        Starting,
        Waiting,
        Training,
        Finishing,
        Done
    }
}
