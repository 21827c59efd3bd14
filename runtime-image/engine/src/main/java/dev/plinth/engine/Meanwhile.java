package dev.plinth.engine;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Work on a thread of its own, while the caller goes on with something else that takes long. */
final class Meanwhile<T> {
    private final FutureTask<T> task;

    /** Work that may fail as reading fails. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    private Meanwhile(Work<T> work) {
        task = new FutureTask<>(work::run);
        Thread.ofPlatform().daemon().name("meanwhile").start(task);
    }

    static <T> Meanwhile<T> begin(Work<T> work) {
        return new Meanwhile<>(work);
    }

    /** Waits for the result; throws what the work threw. */
    T end() throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a model is loaded", e);
        }
    }
}
