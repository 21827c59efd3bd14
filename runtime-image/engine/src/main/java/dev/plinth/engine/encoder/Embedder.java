package dev.plinth.engine.encoder;

import dev.plinth.engine.generation.EngineClosedException;
import dev.plinth.engine.generation.QueueFullException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** The encoder's thread: takes waiting requests together, as many texts as fill a step, and alone touches the encoder. */
public final class Embedder implements AutoCloseable {
    /** Tokens beyond which a step gains nothing from more. */
    private static final int STEP_TOKENS = 2048;

    private final TextEncoder encoder;
    private final int room;
    private final Queue<Text> waiting = new ArrayDeque<>();
    private final Thread thread;
    private int running;
    private boolean closed;
    private volatile boolean alive = true;

    private record Text(List<Integer> tokens, CompletableFuture<float[]> vector) {}

    /**
     * Starts the thread.
     *
     * @param encoder closed with this
     * @param room texts that may wait; a request with more is taken while none waits
     */
    public Embedder(TextEncoder encoder, int room) {
        this.encoder = encoder;
        this.room = room;
        this.thread = Thread.ofPlatform().name("encoder").start(this::run);
    }

    public TextEncoder encoder() {
        return encoder;
    }

    /**
     * Accepts all of these texts or none.
     *
     * @return the vectors, in their order; completes on the encoder's thread
     * @throws QueueFullException if too many wait already
     * @throws EngineClosedException if the encoder has ended
     */
    public synchronized CompletableFuture<List<float[]>> submit(List<List<Integer>> texts) throws QueueFullException {
        if (closed || !alive) {
            throw new EngineClosedException();
        }
        if (!waiting.isEmpty() && waiting.size() + texts.size() > room) {
            throw new QueueFullException(waiting.size(), texts.size(), room);
        }
        List<CompletableFuture<float[]>> vectors = new ArrayList<>();
        for (List<Integer> text : texts) {
            CompletableFuture<float[]> vector = new CompletableFuture<>();
            waiting.add(new Text(text, vector));
            vectors.add(vector);
        }
        notifyAll();
        return CompletableFuture.allOf(vectors.toArray(CompletableFuture[]::new))
                .thenApply(done -> vectors.stream().map(CompletableFuture::join).toList());
    }

    /** Texts that are computed now. */
    public synchronized int running() {
        return running;
    }

    public synchronized int waiting() {
        return waiting.size();
    }

    /** False once the thread has died. */
    public boolean alive() {
        return alive;
    }

    /** Ends the thread after its current step, fails what is unfinished, and closes the encoder. */
    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        thread.join();
    }

    private void run() {
        try {
            for (List<Text> step = nextStep(); !step.isEmpty(); step = nextStep()) {
                compute(step);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            alive = false;
            encoder.close();
        }
    }

    private synchronized List<Text> nextStep() throws InterruptedException {
        running = 0;
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        if (closed) {
            waiting.forEach(text -> text.vector().completeExceptionally(new EngineClosedException()));
            waiting.clear();
            return List.of();
        }
        List<Text> step = new ArrayList<>();
        int tokens = 0;
        while (!waiting.isEmpty()
                && (step.isEmpty() || tokens + waiting.peek().tokens().size() <= STEP_TOKENS)) {
            tokens += waiting.peek().tokens().size();
            step.add(waiting.remove());
        }
        running = step.size();
        return step;
    }

    private void compute(List<Text> step) {
        try {
            List<float[]> vectors =
                    encoder.embed(step.stream().map(Text::tokens).toList());
            for (int i = 0; i < vectors.size(); i++) {
                step.get(i).vector().complete(vectors.get(i));
            }
        } catch (RuntimeException e) {
            step.forEach(text -> text.vector().completeExceptionally(e));
        }
    }
}
