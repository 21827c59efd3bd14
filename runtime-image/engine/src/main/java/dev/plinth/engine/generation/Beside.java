package dev.plinth.engine.generation;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * A thread for what can be found out while the engine computes a step: which tokens grammars allow after the texts so far. Nobody else
 * touches a grammar in that time, and all is done before tokens are chosen; so every text is what it would be without this thread.
 */
final class Beside implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("masks").daemon().factory());

    /** Computes a step, and meanwhile what the next tokens of these need. */
    <T> T prepare(List<Generation> constrained, Supplier<T> step) {
        if (constrained.isEmpty()) {
            return step.get();
        }
        CompletableFuture<Void> prepared =
                CompletableFuture.runAsync(() -> constrained.forEach(Generation::prepare), thread);
        try {
            return step.get();
        } finally {
            prepared.join();
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
