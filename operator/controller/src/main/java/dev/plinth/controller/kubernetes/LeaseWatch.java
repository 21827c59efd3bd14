package dev.plinth.controller.kubernetes;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Sees to it that nobody leads on a lease that has run out. The elector itself notices too late when its renewal hangs: it waits for
 * the answer as long as any request may take, and somebody else can take over meanwhile.
 *
 * <p>The lease is read on the side. Only an answer counts: who gets none cannot write either, and a busy machine is no loss of the
 * lease.
 */
public final class LeaseWatch {
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Supplier<Optional<Lease>> lease;
    private final String identity;
    private final Duration limit;
    private final Clock clock;
    private final Executor reads;
    private final Runnable tooLate;

    /**
     * Of an operator that leads.
     *
     * @param identity by which the lease names this operator
     * @param limit of the age of its last renewal; less than the duration of the lease
     * @param reads runs the reads of the lease, which may take long, so that several may be under way
     * @param tooLate is called when the lease is another's or older than that
     */
    public LeaseWatch(
            Supplier<Optional<Lease>> lease,
            String identity,
            Duration limit,
            Clock clock,
            Executor reads,
            Runnable tooLate) {
        this.lease = lease;
        this.identity = identity;
        this.limit = limit;
        this.clock = clock;
        this.reads = reads;
        this.tooLate = tooLate;
    }

    /** Looks until the process ends, in a thread of its own, which nothing else can hold up. */
    public void keep() {
        Thread.ofPlatform().name("lease-watch").daemon().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                look();
                try {
                    Thread.sleep(AGAIN);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
    }

    void look() {
        var asked = clock.instant();
        reads.execute(() -> lease.get()
                .map(Lease::getSpec)
                .filter(spec -> !holds(spec, asked))
                .ifPresent(spec -> tooLate.run()));
    }

    /** By what it was when it was asked for, or later. */
    private boolean holds(LeaseSpec spec, Instant asked) {
        return identity.equals(spec.getHolderIdentity())
                && spec.getRenewTime() != null
                && !asked.isAfter(spec.getRenewTime().toInstant().plus(limit));
    }
}
