package dev.plinth.server.api;

import java.time.Duration;
import java.util.Optional;

/** Whether requests are taken: not before the model is loaded, and no more once the process is asked to end. */
public final class Availability {
    private Optional<ServedModel> model = Optional.empty();
    private boolean draining;
    private int inFlight;

    /** From now on requests are answered by this model. */
    public synchronized void serve(ServedModel loaded) {
        model = Optional.of(loaded);
    }

    /** Takes no new request and waits for those in flight; false if some are left after {@code grace}. */
    public synchronized boolean drain(Duration grace) throws InterruptedException {
        draining = true;
        long end = System.nanoTime() + grace.toNanos();
        for (long left = grace.toMillis(); inFlight > 0 && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return inFlight == 0;
    }

    public synchronized int inFlight() {
        return inFlight;
    }

    /** The model, if it may be used now. */
    synchronized ServedModel model() throws ApiError {
        if (draining) {
            throw ApiError.unavailable("The server is shutting down.");
        }
        return model.orElseThrow(() -> ApiError.unavailable("The model is still loading."));
    }

    /** Whether a request would be taken now. */
    public synchronized boolean ready() {
        return model.isPresent() && !draining;
    }

    /** Whether the process can do its work, now or soon: false once the engine has died. */
    public synchronized boolean healthy() {
        return model.map(ServedModel::alive).orElse(true);
    }

    /** As {@link #model}, and the request counts until {@link #leave}. */
    synchronized ServedModel enter() throws ApiError {
        ServedModel entered = model();
        inFlight++;
        return entered;
    }

    synchronized void leave() {
        inFlight--;
        notifyAll();
    }
}
