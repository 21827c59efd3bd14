package dev.plinth.controller.cluster;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * When each kubelet was last seen to renew its lease, by our own clock: the clock of a node may be wrong.
 *
 * <p>When no kubelet at all renews, it is the API server or our view of it that is away, not every node at once. The
 * first renewal after such a pause therefore counts as a sign of life of all.
 */
public final class NodeLeases {
    /** Kubelets renew after a quarter of the lease's duration; that is the longest pause with two healthy nodes. */
    private static final int RENEWALS_PER_LEASE = 4;

    private final Wakefulness wakefulness;
    private final Map<String, Renewal> renewals = new HashMap<>();
    private Duration longestLease = Duration.ZERO;
    private Instant newest = Instant.MIN;
    private Instant endOfOutage = Instant.MIN;

    private record Renewal(String written, Instant seen, Duration duration, boolean heard) {}

    NodeLeases(Wakefulness wakefulness) {
        this.wakefulness = wakefulness;
    }

    /**
     * A node's lease was seen. Answers whether it has been renewed since it was last seen.
     *
     * @param written the renewal time the kubelet wrote into it
     */
    public synchronized boolean seen(String node, String written, Duration duration, Instant now) {
        var last = renewals.get(node);
        if (last != null && last.written().equals(written)) {
            return false;
        }
        if (duration.compareTo(longestLease) > 0) {
            longestLease = duration;
        }
        if (isOutage(now)) {
            endOfOutage = now;
        }
        newest = now;
        renewals.put(node, new Renewal(written, now, duration, last != null));
        return last != null;
    }

    public synchronized void gone(String node) {
        renewals.remove(node);
    }

    /** The last sign of life of a node's kubelet; {@code now} while we see nobody's; empty if it has no lease. */
    public synchronized Optional<Instant> lastSign(String node, Instant now) {
        var hearing = hearingSince(now);
        return Optional.ofNullable(renewals.get(node))
                .map(renewal -> renewal.seen().isAfter(hearing) ? renewal.seen() : hearing);
    }

    /**
     * When a kubelet renewed that was gone before we came, by its own clock; empty if we have heard it ourselves. Good to
     * show, not to judge by.
     */
    public synchronized Optional<Instant> lastBeforeUs(String node) {
        return Optional.ofNullable(renewals.get(node))
                .filter(renewal -> !renewal.heard())
                .flatMap(renewal -> time(renewal.written()));
    }

    private static Optional<Instant> time(String written) {
        try {
            return Optional.of(OffsetDateTime.parse(written).toInstant());
        } catch (DateTimeParseException notOne) {
            return Optional.empty();
        }
    }

    /** Since when we hear of nodes without a break; {@code now} while we do not. What is older says nothing. */
    public synchronized Instant hearingSince(Instant now) {
        if (isOutage(now)) {
            return now;
        }
        var awake = wakefulness.since();
        return awake.isAfter(endOfOutage) ? awake : endOfOutage;
    }

    /** Whether no kubelet at all has renewed for a third longer than any should need. */
    private boolean isOutage(Instant now) {
        return newest.isBefore(now.minus(longestLease.multipliedBy(4).dividedBy(3L * RENEWALS_PER_LEASE)));
    }

    /** For how long a lease of this node is good. */
    public synchronized Duration duration(String node) {
        var renewal = renewals.get(node);
        return renewal == null ? Duration.ofSeconds(40) : renewal.duration();
    }
}
