package dev.plinth.controller.report;

import java.time.Instant;
import java.util.Optional;

/** When members were last heard of. */
public interface MemberReports {
    /** The last report of that incarnation of a member of the gang with that UID; empty if it has not reported to us. */
    Optional<MemberReport> last(String gangUid, int index, int incarnation);

    /** Since when reports could reach us without a break; silence before that says nothing. */
    Instant listeningSince();

    /** The newest step that any member of the gang reported; empty if none did. */
    Optional<Long> newestStep(String gangUid);
}
