package dev.plinth.controller.report;

import dev.plinth.controller.cluster.GangKey;
import java.util.Optional;

/** What the members of gangs have told this operator since it leads; lost with it, and then told again. */
@FunctionalInterface
public interface Reports {

    /**
     * What the members of that gang have told, empty if nothing yet.
     *
     * @param gangUid which of all gangs that ever had the name
     */
    Optional<GangReports> of(GangKey gang, String gangUid);
}
