package dev.plinth.engine.decoder;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Results of work that is done by several threads at once, given in order. */
final class SideBySide<T> implements AutoCloseable {
    private final Consumer<T> free;
    private final ExecutorService threads;
    private final Deque<CompletableFuture<T>> results = new ArrayDeque<>();
    private volatile boolean closed;

    /**
     * Begins the work, the first first.
     *
     * @param free takes results that nobody asked for
     */
    SideBySide(List<Supplier<T>> work, int atOnce, Consumer<T> free) {
        this.free = free;
        threads = Executors.newFixedThreadPool(
                atOnce, Thread.ofPlatform().daemon().name("side-by-side-", 0).factory());
        for (Supplier<T> one : work) {
            results.add(CompletableFuture.supplyAsync(() -> unlessClosed(one), threads));
        }
    }

    private T unlessClosed(Supplier<T> one) {
        if (closed) {
            throw new CancellationException();
        }
        return one.get();
    }

    /** Waits for the next result; throws what its work threw. */
    T next() {
        try {
            return results.remove().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Begins no other work, and waits for what has begun: it may read what the caller closes next. */
    @Override
    public void close() {
        closed = true;
        threads.close();
        results.stream()
                .filter(result -> !result.isCompletedExceptionally())
                .map(CompletableFuture::join)
                .forEach(free);
        results.clear();
    }
}
