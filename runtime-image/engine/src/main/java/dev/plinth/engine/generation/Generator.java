package dev.plinth.engine.generation;

import dev.plinth.engine.LanguageModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * The engine's thread. It alone touches the engine. Running requests take turns, a token each; more wait in a bounded queue,
 * first come, first served.
 */
public final class Generator implements AutoCloseable {
    /**
     * How much is accepted.
     *
     * @param running requests that take turns
     * @param waiting requests in the queue beyond them
     */
    public record Limits(int running, int waiting) {}

    /** A request and who hears of it. The listener is called on the engine's thread and must not block. */
    public record Submission(GenerationRequest request, Consumer<GenerationEvent> listener) {}

    private final LanguageModel model;
    private final Limits limits;
    private final IntConsumer stepObserver;
    private final Thread thread;
    private final Deque<Generation> waiting = new ArrayDeque<>();
    private final List<Generation> running = new ArrayList<>();
    private boolean closed;
    private volatile boolean alive = true;
    private volatile long cachedTokens;

    /**
     * Starts the thread.
     *
     * @param model closed with the generator
     * @param stepObserver hears after each round of turns how many tokens were computed in it
     */
    public Generator(LanguageModel model, Limits limits, IntConsumer stepObserver) {
        this.model = model;
        this.limits = limits;
        this.stepObserver = stepObserver;
        this.thread = Thread.ofPlatform().name("engine").start(this::run);
    }

    public LanguageModel model() {
        return model;
    }

    /**
     * Accepts all of these requests or none.
     *
     * @throws QueueFullException if they do not fit into the queue
     * @throws EngineClosedException if the engine has ended
     */
    public synchronized List<Generation> submit(List<Submission> submissions) throws QueueFullException {
        if (closed || !alive) {
            throw new EngineClosedException();
        }
        int room = limits.running() - running.size() + limits.waiting() - waiting.size();
        if (submissions.size() > room) {
            throw new QueueFullException(waiting.size());
        }
        List<Generation> accepted = new ArrayList<>();
        for (Submission submission : submissions) {
            accepted.add(new Generation(model, submission.request(), submission.listener(), this::wake));
        }
        waiting.addAll(accepted);
        notifyAll();
        return accepted;
    }

    public synchronized int running() {
        return running.size();
    }

    public synchronized int waiting() {
        return waiting.size();
    }

    /** Share, 0 to 1, of the longest possible sequences of all runners that is filled. */
    public double cacheUsage() {
        return (double) cachedTokens / ((long) limits.running() * model.engine().maxSequenceLength());
    }

    /** False once the thread has died of an error that is not one request's. */
    public boolean alive() {
        return alive;
    }

    /** Ends the thread after its current turn, fails what is unfinished, and closes the model. */
    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        thread.join();
    }

    private synchronized void wake() {
        notifyAll();
    }

    private void run() {
        try {
            for (List<Generation> round = nextRound(); !round.isEmpty(); round = nextRound()) {
                takeTurns(round);
            }
            failAll(new EngineClosedException());
        } catch (InterruptedException | RuntimeException | Error e) {
            failAll(e);
        } finally {
            alive = false;
            model.close();
        }
    }

    /** Waits for requests that can take a turn; none when closed. */
    private synchronized List<Generation> nextRound() throws InterruptedException {
        while (!closed) {
            admit();
            List<Generation> ready = running.stream().filter(Generation::ready).toList();
            if (!ready.isEmpty()) {
                return ready;
            }
            wait();
        }
        return List.of();
    }

    private void admit() {
        while (!waiting.isEmpty() && running.size() < limits.running()) {
            running.add(waiting.removeFirst());
        }
        for (Iterator<Generation> queue = waiting.iterator(); queue.hasNext(); ) {
            Generation next = queue.next();
            if (next.cancelled()) { // leaves at once, without waiting for its turn
                queue.remove();
                running.add(next);
            }
        }
    }

    private void takeTurns(List<Generation> round) {
        int computed = 0;
        for (Generation generation : round) {
            try {
                computed += generation.turn();
            } catch (RuntimeException e) {
                generation.fail(e);
            }
        }
        synchronized (this) {
            running.removeIf(Generation::ended);
            cachedTokens = running.stream().mapToLong(Generation::tokens).sum();
        }
        stepObserver.accept(computed);
    }

    private synchronized void failAll(Throwable cause) {
        running.addAll(waiting);
        waiting.clear();
        for (Iterator<Generation> all = running.iterator(); all.hasNext(); all.remove()) {
            all.next().fail(cause);
        }
    }
}
