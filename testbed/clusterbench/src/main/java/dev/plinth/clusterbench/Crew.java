package dev.plinth.clusterbench;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/** Sends requests side by side, as many at a time as the operator does. */
final class Crew implements AutoCloseable {
    /** The budget of the operator's own writer. */
    private static final int REQUESTS = 64;

    private final ExecutorService workers =
            Executors.newFixedThreadPool(REQUESTS, Thread.ofVirtual().factory());
    private final AtomicReference<Optional<RuntimeException>> failure = new AtomicReference<>(Optional.empty());

    void send(Runnable request) {
        try {
            workers.execute(() -> {
                try {
                    request.run();
                } catch (RuntimeException refused) {
                    failure.set(Optional.of(refused));
                }
            });
        } catch (RejectedExecutionException closed) {
            throw new IllegalStateException("the benchmark is ending", closed);
        }
    }

    /** Throws what a request has thrown. */
    void requireWell() {
        failure.get().ifPresent(refused -> {
            throw refused;
        });
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
