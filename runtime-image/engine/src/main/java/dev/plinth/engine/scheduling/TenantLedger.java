package dev.plinth.engine.scheduling;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Tokens computed for each tenant, so that the one that got least goes next: virtual token counters (Sheng et al. 2024,
 * arXiv:2401.00588). A tenant that comes back from a pause does not get what it did not ask for meanwhile.
 */
final class TenantLedger {
    private final Map<String, Long> served = new HashMap<>();

    long served(String tenant) {
        return served.getOrDefault(tenant, 0L);
    }

    void charge(String tenant, long tokens) {
        served.merge(tenant, tokens, Long::sum);
    }

    /** A tenant without requests until now has one; {@code active} are those that have some. */
    void arrive(String tenant, Set<String> active) {
        if (!active.contains(tenant)) {
            long least = active.stream().mapToLong(this::served).min().orElse(0);
            served.merge(tenant, least, Math::max);
        }
    }

    /** Forgets all but these, which keep their differences. */
    void retain(Set<String> active) {
        served.keySet().retainAll(active);
    }
}
