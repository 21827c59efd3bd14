package dev.plinth.controller.report;

import java.util.Optional;

/** What the members of gangs have told this operator since it leads; lost with it, and then told again. */
@FunctionalInterface
public interface Reports {

    /** What the members of that gang have told, empty if nothing yet. */
    Optional<GangReports> of(String namespace, String gang);
}
