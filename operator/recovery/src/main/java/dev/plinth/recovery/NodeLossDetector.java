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
 * Tells a lost node from a slow one, from two independent witnesses: the members on it and its kubelet. Far sooner than the node
 * controller, which waits 50 s before it marks a node and 300 s more before it evicts.
 *
 * @param silence of a member that counts as silent; at least 3 s
 * @param leaseSlack added to one and a half renewal periods of the lease
 * @param notReadyLimit how long the condition {@code Ready} may be false or unknown
 */
public record NodeLossDetector(Duration silence, Duration leaseSlack, Duration notReadyLimit) {
    private static final Duration LEAST_SILENCE = Duration.ofSeconds(3);
    private static final int RENEWALS_PER_LEASE = 4;

    public NodeLossDetector {
        silence = silence.compareTo(LEAST_SILENCE) < 0 ? LEAST_SILENCE : silence;
    }

    public static NodeLossDetector of(Duration silence) {
        return new NodeLossDetector(silence, Duration.ofSeconds(1), Duration.ofSeconds(10));
    }

    public NodeVerdict judge(NodeObservation seen, Instant now) {
        var heard = lastHeard(seen);
        if (!seen.exists()) {
            return new Lost(heard.orElse(now), "the node was deleted");
        }
        if (seen.readiness() != Readiness.TRUE
                && !now.isBefore(seen.readinessSince().plus(notReadyLimit))) {
            return new Lost(heard.orElse(seen.readinessSince()), "the node is not ready");
        }
        if (heard.isEmpty() || seen.leaseRenewalSeen().isEmpty()) {
            return new Alive();
        }
        var silentFrom = heard.get().plus(silence);
        var staleFrom = seen.leaseRenewalSeen().get().plus(leaseLimit(seen.leaseDuration()));
        if (!now.isAfter(silentFrom)) {
            return new Alive();
        }
        if (!now.isAfter(staleFrom)) {
            return new Suspect(staleFrom, "no report from any member on it");
        }
        return new Lost(heard.get(), "no report from any member on it and no sign of its kubelet");
    }

    private Duration leaseLimit(Duration leaseDuration) {
        return leaseDuration
                .dividedBy(RENEWALS_PER_LEASE)
                .multipliedBy(3)
                .dividedBy(2)
                .plus(leaseSlack);
    }

    /** The latest moment at which any member on the node was heard, or could first have been; empty if none is known to report. */
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
