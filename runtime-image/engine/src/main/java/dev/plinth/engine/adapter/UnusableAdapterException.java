package dev.plinth.engine.adapter;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** An adapter that requests cannot be computed with; the message says why, without its name. */
public final class UnusableAdapterException extends Exception {
    private static final long serialVersionUID = 1;

    public UnusableAdapterException(Exception cause) {
        super(reason(cause), cause);
    }

    /** Whether a file is missing, and nothing is wrong with those that are there. */
    public boolean missing() {
        return getCause() instanceof NoSuchFileException;
    }

    private static String reason(Exception cause) {
        if (cause instanceof NoSuchFileException absent) {
            return Path.of(absent.getFile()).getFileName() + " is missing";
        }
        return Optional.ofNullable(cause.getMessage()).orElseGet(cause::toString);
    }
}
