package dev.plinth.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of a node at one moment. All times are by the operator's own clock, so that a node whose clock is wrong is not
 * taken for dead: not the time written into the lease, but the time at which the operator saw it change.
 *
 * @param exists whether the API server still has the node
 * @param members those on the node that are expected to be running, by name
 * @param leaseRenewalSeen when the lease was last seen to change, or first seen; empty if there is no lease
 * @param leaseDuration the kubelet renews each quarter of it
 * @param readiness the node's condition {@code Ready}, and since when it says so
 */
public record NodeObservation(
        String node,
        boolean exists,
        SortedMap<String, ReportingMember> members,
        Optional<Instant> leaseRenewalSeen,
        Duration leaseDuration,
        Readiness readiness,
        Instant readinessSince) {
    public NodeObservation {
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    }

    /** The condition {@code Ready}. */
    public enum Readiness {
        TRUE,
        FALSE,
        UNKNOWN
    }

    /**
     * A member from which reports may come.
     *
     * @param lastReport when the operator last heard of it; empty if never since the operator started
     * @param expectedSince since when the operator could have heard of it, if its framework is known to report; else empty
     */
    public record ReportingMember(Optional<Instant> lastReport, Optional<Instant> expectedSince) {}
}
