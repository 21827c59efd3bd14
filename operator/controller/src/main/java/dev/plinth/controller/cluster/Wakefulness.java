package dev.plinth.controller.cluster;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Since when this process has been awake without a break. While it is stopped (a long garbage collection, a debugger,
 * SIGSTOP, a suspended machine) it hears nobody, and the silence of that time says nothing about others.
 */
public final class Wakefulness implements AutoCloseable {
    /** A break that is shorter makes nobody silent: members report each second, and the least limit is three. */
    private static final Duration BREAK = Duration.ofMillis(1500);

    private static final Duration BEAT = Duration.ofMillis(250);

    private final Clock clock;
    private final Thread heart;
    private Instant lastBeat;
    private Instant since;

    public Wakefulness(Clock clock) {
        this.clock = clock;
        this.since = clock.instant();
        this.lastBeat = since;
        this.heart = Thread.ofPlatform().name("wakefulness").daemon().unstarted(this::beat);
    }

    /** Begins to notice breaks also while nobody asks. */
    public Wakefulness start() {
        heart.start();
        return this;
    }

    /** When the last break ended. To ask is a beat: whoever asks first after a break is told of it. */
    public synchronized Instant since() {
        var now = clock.instant();
        if (now.isAfter(lastBeat.plus(BREAK)) || now.isBefore(lastBeat)) {
            since = now;
        }
        lastBeat = now;
        return since;
    }

    @Override
    public void close() {
        heart.interrupt();
    }

    private void beat() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                since();
                Thread.sleep(BEAT);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
