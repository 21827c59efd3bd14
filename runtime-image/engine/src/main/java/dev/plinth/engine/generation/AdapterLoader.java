package dev.plinth.engine.generation;

import dev.plinth.engine.Engine;
import dev.plinth.engine.Engine.PreparedAdapter;
import dev.plinth.engine.adapter.Adapter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Makes adapters ready on a thread of its own, so that steps go on meanwhile. */
final class AdapterLoader implements AutoCloseable {
    /** What became of an adapter. */
    sealed interface Outcome {
        Adapter adapter();
    }

    /** It can be put under a number. */
    record Ready(Adapter adapter, PreparedAdapter prepared) implements Outcome {}

    record Failed(Adapter adapter, Exception cause) implements Outcome {}

    private final Engine engine;
    private final Runnable told;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("adapters").factory());
    private final Set<Long> loading = new HashSet<>();
    private final List<Outcome> outcomes = new ArrayList<>();

    /** @param told when there is something in {@link #outcomes} */
    AdapterLoader(Engine engine, Runnable told) {
        this.engine = engine;
        this.told = told;
    }

    /** Begins; nothing if it has begun. */
    synchronized void load(Adapter adapter) {
        if (loading.add(adapter.id())) {
            thread.execute(() -> prepare(adapter));
        }
    }

    /** Whether it has begun, and its outcome was not fetched. */
    synchronized boolean loading(Adapter adapter) {
        return loading.contains(adapter.id());
    }

    /** What has become of adapters since this was asked last. */
    synchronized List<Outcome> outcomes() {
        List<Outcome> fetched = List.copyOf(outcomes);
        fetched.forEach(outcome -> loading.remove(outcome.adapter().id()));
        outcomes.clear();
        return fetched;
    }

    private void prepare(Adapter adapter) {
        try {
            tell(new Ready(adapter, engine.prepareAdapter(adapter)));
        } catch (IOException | RuntimeException e) {
            tell(new Failed(adapter, e));
        } catch (Error e) { // of a file that is cut short meanwhile, for one: who waits for it must hear of it
            tell(new Failed(adapter, new IOException("the adapter cannot be read: " + e.getMessage(), e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody waits for it any more
        }
    }

    private void tell(Outcome outcome) {
        synchronized (this) {
            outcomes.add(outcome);
        }
        told.run();
    }

    /** Waits for the layer that is being made ready, no longer; the engine may be closed then. */
    @Override
    public void close() {
        thread.shutdownNow();
        boolean interrupted = false;
        while (true) {
            try {
                if (thread.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        outcomes().forEach(outcome -> {
            if (outcome instanceof Ready ready) {
                ready.prepared().close();
            }
        });
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
