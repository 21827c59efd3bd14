package dev.plinth.controller.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What our own writes must have changed in a cache before anybody decides by it again. Without this a controller that
 * reads a lagging cache would create or delete twice. Keyed by UID, so that an object made again under an old name is
 * another object.
 */
public final class Expectations {
    /** A cache lags by milliseconds; after so long the event was lost and the API server itself must be asked. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Map<String, Map<String, Expected>> byOwner = new ConcurrentHashMap<>();

    private record Expected(boolean there, Instant since) {}

    /** We created an object of this owner: a cache that does not show it is too old. */
    public void created(String owner, String uid, Instant now) {
        expect(owner, uid, new Expected(true, now));
    }

    /** We deleted an object of this owner: a cache that shows it, and not as leaving, is too old. */
    public void deleted(String owner, String uid, Instant now) {
        expect(owner, uid, new Expected(false, now));
    }

    /**
     * Compares a cache with what is expected of it.
     *
     * @param staying UIDs of the owner's objects that the cache shows and that are not being deleted
     * @param leaving UIDs of those that are being deleted
     */
    public Answer compare(String owner, Set<String> staying, Set<String> leaving, Instant now) {
        var expected = byOwner.get(owner);
        if (expected == null) {
            return Answer.CAUGHT_UP;
        }
        synchronized (expected) {
            expected.entrySet().removeIf(entry -> {
                boolean there = staying.contains(entry.getKey());
                return entry.getValue().there() ? there || leaving.contains(entry.getKey()) : !there;
            });
            if (expected.isEmpty()) {
                return Answer.CAUGHT_UP;
            }
            boolean overdue = expected.values().stream()
                    .anyMatch(write -> write.since().plus(PATIENCE).isBefore(now));
            return overdue ? Answer.OVERDUE : Answer.BEHIND;
        }
    }

    /** UIDs of created objects that have not been seen yet. */
    public Set<String> unseen(String owner) {
        var expected = byOwner.getOrDefault(owner, new HashMap<>());
        var unseen = new TreeSet<String>();
        synchronized (expected) {
            expected.forEach((uid, write) -> {
                if (write.there()) {
                    unseen.add(uid);
                }
            });
        }
        return unseen;
    }

    /** The API server itself was asked, or the owner is gone: nothing is expected any more. */
    public void forget(String owner) {
        byOwner.remove(owner);
    }

    private void expect(String owner, String uid, Expected write) {
        var expected = byOwner.computeIfAbsent(owner, unknown -> new HashMap<>());
        synchronized (expected) {
            expected.put(uid, write);
        }
    }

    /** How a cache stands to our own writes. */
    public enum Answer {
        /** It shows all of them. */
        CAUGHT_UP,
        /** It will show them in a moment. */
        BEHIND,
        /** It should have shown them long ago. */
        OVERDUE
    }
}
