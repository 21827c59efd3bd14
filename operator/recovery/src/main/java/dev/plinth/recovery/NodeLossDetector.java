package dev.plinth.recovery;

import dev.plinth.recovery.NodeObservation.Readiness;
import dev.plinth.recovery.NodeObservation.ReportingMember;
import dev.plinth.recovery.NodeVerdict.Alive;
import dev.plinth.recovery.NodeVerdict.Lost;
import dev.plinth.recovery.NodeVerdict.Suspect;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;

/**
 * Tells a lost node from a slow one by two witnesses that fail apart: the members on it, and its kubelet. Far sooner than the node
 * controller, which marks a node after 50 s and evicts 300 s later.
 *
 * <p>A node from which a member was heard just now is never lost, however ill its kubelet looks; a node whose kubelet renews its
 * lease is never lost, however silent its members are.
 *
 * @param silence after which a member counts as silent; at least 3 s
 * @param leaseSlack added to one and a half renewal periods of the lease
 * @param notReadyLimit how long the condition {@code Ready} may be false or unknown
 */
public record NodeLossDetector(Duration silence, Duration leaseSlack, Duration notReadyLimit) {
    private static final Duration LEAST_SILENCE = Duration.ofSeconds(3);

    /** The kubelet renews its lease each quarter of the lease's duration ({@code nodeLeaseRenewIntervalFraction}). */
    private static final int RENEWALS_PER_LEASE = 4;

    public NodeLossDetector {
        silence = silence.compareTo(LEAST_SILENCE) < 0 ? LEAST_SILENCE : silence;
    }

    public static NodeLossDetector of(Duration silence) {
        return new NodeLossDetector(silence, Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    public NodeVerdict judge(NodeObservation seen, Instant now) {
        var heard = lastHeard(seen);
        var lease = seen.leaseRenewalSeen();
        if (!seen.exists()) {
            return new Lost(heard.or(() -> lease).orElse(now), "the node was deleted");
        }
        if (heard.isPresent() && !now.isAfter(heard.get().plus(silence))) {
            return new Alive();
        }
        var notReadyFor = Duration.between(seen.readinessSince(), now);
        if (seen.readiness() != Readiness.TRUE && notReadyFor.compareTo(notReadyLimit) > 0) {
            return new Lost(heard.orElse(seen.readinessSince()), "not ready for " + notReadyFor.toSeconds() + " s");
        }
        if (lease.isEmpty()) {
            return new Alive();
        }
        var leaseAge = Duration.between(lease.get(), now);
        var kubelet = "its kubelet has not been heard for " + leaseAge.toSeconds() + " s";
        if (heard.isEmpty()) {
            // With one witness only, as patient as the lease itself.
            return leaseAge.compareTo(seen.leaseDuration()) > 0 ? new Lost(lease.get(), kubelet) : new Alive();
        }
        var members = "its members have not been heard for "
                + Duration.between(heard.get(), now).toSeconds() + " s";
        var limit = leaseLimit(seen.leaseDuration());
        return leaseAge.compareTo(limit) > 0
                ? new Lost(heard.get(), members + ", " + kubelet)
                : new Suspect(lease.get().plus(limit).plusMillis(1), members);
    }

    private Duration leaseLimit(Duration leaseDuration) {
        return leaseDuration.multipliedBy(3).dividedBy(2L * RENEWALS_PER_LEASE).plus(leaseSlack);
    }

    /** The latest moment at which any member on the node was heard, or could have been; empty if none is known to report. */
    private static Optional<Instant> lastHeard(NodeObservation seen) {
        var times = seen.members().values().stream()
                .map(NodeLossDetector::lastHeard)
                .flatMap(Optional::stream)
                .toList();
        return times.isEmpty() ? Optional.empty() : Optional.of(Collections.max(times));
    }

    private static Optional<Instant> lastHeard(ReportingMember member) {
        return member.lastReport().or(member::expectedSince);
    }
}
