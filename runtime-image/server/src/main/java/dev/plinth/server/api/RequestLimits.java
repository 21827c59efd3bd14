package dev.plinth.server.api;

import java.time.Duration;
import java.util.Optional;

/**
 * What one request may take.
 *
 * @param bytes largest body
 * @param time longest time from its arrival to the end of its answer; empty = as long as it takes
 */
public record RequestLimits(long bytes, Optional<Duration> time) {
    /** The moment by which an answer must have ended, on the clock of {@link System#nanoTime}. */
    long deadline(long arrived, long asked) {
        return time.map(limit -> Math.min(asked, arrived + limit.toNanos())).orElse(asked);
    }
}
