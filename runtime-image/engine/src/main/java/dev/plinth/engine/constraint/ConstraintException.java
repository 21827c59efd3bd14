package dev.plinth.engine.constraint;

/** A constraint that cannot be understood or kept; the message says what is wrong with it, for whoever wrote it. */
public final class ConstraintException extends Exception {
    private static final long serialVersionUID = 1;

    ConstraintException(String message) {
        super(message);
    }
}
