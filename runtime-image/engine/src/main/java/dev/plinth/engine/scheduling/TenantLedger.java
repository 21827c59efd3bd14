package dev.plinth.engine.scheduling;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What each tenant got, so that the one that got least goes next: the virtual token counters of Sheng et al., "Fairness in Serving
 * Large Language Models" (OSDI 2024, arXiv:2401.00588). Between tenants that always have requests, the difference of what they got
 * stays bounded, however many requests each sends. One that comes back from a pause does not get what it did not ask for
 * meanwhile, and one that comes back at once is not forgiven what it got.
 */
final class TenantLedger {
    /** The weights of the paper: a prompt token costs 1, a generated one, computed in a step of its own, 2. */
    private static final int PROMPT_TOKEN = 1;

    private static final int GENERATED_TOKEN = 2;
    /** Tenants without requests that are remembered: names are free, memory is not. */
    private static final int MOST_ABSENT = 10_000;

    private final Map<String, Integer> requests = new HashMap<>();
    private final Map<String, Long> served = new HashMap<>();
    /** Of those without requests, in the order in which they left. */
    private final SequencedMap<String, Long> absent = new LinkedHashMap<>();
    /** What the least served got when last there was one. */
    private long floor;

    static long cost(int promptTokens, int allTokens) {
        return (long) PROMPT_TOKEN * promptTokens + (long) GENERATED_TOKEN * (allTokens - promptTokens);
    }

    /** What a tenant got that has a request. */
    long served(String tenant) {
        return served.getOrDefault(tenant, 0L);
    }

    /** How many requests a tenant has. */
    int requests(String tenant) {
        return requests.getOrDefault(tenant, 0);
    }

    void charge(String tenant, long cost) {
        served.computeIfPresent(tenant, (name, before) -> before + cost);
    }

    /** A tenant has a request more. */
    void arrive(String tenant) {
        if (requests.merge(tenant, 1, Integer::sum) == 1) {
            floor = least(served.values());
            Long before = absent.remove(tenant);
            served.put(tenant, before == null ? floor : Math.max(before, floor));
        }
    }

    /** A tenant has a request less. */
    void leave(String tenant) {
        requests.merge(tenant, -1, Integer::sum);
        if (requests.remove(tenant, 0)) {
            floor = least(served.values());
            Long got = served.remove(tenant);
            if (got != null && got > floor) {
                absent.putLast(tenant, got);
            }
            if (absent.size() > MOST_ABSENT) {
                absent.pollFirstEntry();
            }
        }
    }

    private long least(Collection<Long> counters) {
        return counters.stream().mapToLong(Long::longValue).min().orElse(floor);
    }
}
