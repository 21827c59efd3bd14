package dev.plinth.engine.constraint;

/** A text cannot go on within its constraint; the message says why, for whoever wrote the constraint. */
public final class ConstraintFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ConstraintFailedException(String message) {
        super(message);
    }
}
