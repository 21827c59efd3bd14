package dev.plinth.controller.contract;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Environment names that Plinth sets itself; a user who set one would get a rank or a peer that is not true. */
public final class ReservedNames {

    private static final List<String> PREFIXES = List.of("PLINTH_", "PET_");
    private static final Set<String> NAMES =
            Set.of("MASTER_ADDR", "MASTER_PORT", "JAX_NUM_PROCESSES", "JAX_PROCESS_ID", "JAX_COORDINATOR_ADDRESS");

    private ReservedNames() {}

    /** True if a user may not set this name. */
    public static boolean contains(String name) {
        return NAMES.contains(name) || PREFIXES.stream().anyMatch(name::startsWith);
    }

    /** Those of the given names that a user may not set, in the order given. */
    public static List<String> among(Collection<String> names) {
        return names.stream().filter(ReservedNames::contains).toList();
    }
}
