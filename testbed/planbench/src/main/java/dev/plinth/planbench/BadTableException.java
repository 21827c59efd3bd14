package dev.plinth.planbench;

import java.io.Serial;

/** A table cannot be read; the message names the line and what is wrong. */
final class BadTableException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    BadTableException(String message) {
        super(message);
    }
}
