package dev.plinth.controller.kubernetes;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Sees to it that nobody leads on a lease that has run out. The elector itself notices too late when its renewal hangs: it waits for
 * the answer as long as any request may take, and somebody else can take over meanwhile.
 *
 * <p>The lease is read on the side, and only by the time that this operator itself wrote into it. So a read that hangs, fails or
 * shows another holder never counts as a renewal.
 */
public final class LeaseWatch {
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Supplier<Optional<Lease>> lease;
    private final String identity;
    private final Duration limit;
    private final Clock clock;
    private final Executor reads;
    private final Runnable tooLate;
    private final AtomicReference<Instant> renewed;

    /**
     * Begins when the operator begins to lead.
     *
     * @param identity by which the lease names this operator
     * @param limit of the time since the last renewal; less than the duration of the lease
     * @param reads runs the reads of the lease, which may take long
     * @param tooLate is called when the limit is passed, and does not return
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
        this.renewed = new AtomicReference<>(clock.instant());
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
        if (clock.instant().isAfter(renewed.get().plus(limit))) {
            tooLate.run();
            return;
        }
        reads.execute(() -> lease.get()
                .map(Lease::getSpec)
                .filter(spec -> identity.equals(spec.getHolderIdentity()))
                .map(spec -> spec.getRenewTime())
                .map(ZonedDateTime::toInstant)
                .ifPresent(time -> renewed.accumulateAndGet(time, LeaseWatch::later)));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
