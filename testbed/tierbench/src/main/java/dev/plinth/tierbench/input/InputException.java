package dev.plinth.tierbench.input;

/** A file that cannot be read, or makes no sense: where, what is wrong with it, and what to do. */
public final class InputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InputException(String where, String reason) {
        super(where + ": " + reason);
    }
}
