package dev.plinth.planner.model;

import java.io.Serial;

/** A model cannot be understood; the message says why and what is nearest. */
public final class UnknownModelException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1;

    public UnknownModelException(String message) {
        super(message);
    }
}
