package dev.plinth.controller.report;

import dev.plinth.controller.cluster.GangKey;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** When members were last heard of. */
public interface MemberReports {
    /** The last report of that incarnation of a member; empty if it has not reported to us. */
    Optional<MemberReport> last(GangKey gang, String gangUid, int index, int incarnation);

    /** Since when reports could reach us without a break; silence before that says nothing. */
    Instant listeningSince();

    /** The newest step that any member of the gang reported; empty if none did. */
    OptionalLong newestStep(GangKey gang, String gangUid);
}
