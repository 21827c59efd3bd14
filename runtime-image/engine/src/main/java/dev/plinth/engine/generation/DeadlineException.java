package dev.plinth.engine.generation;

/** The time in which somebody waits for a request was over before its end. */
public final class DeadlineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DeadlineException() {
        super("the request's time was over");
    }
}
