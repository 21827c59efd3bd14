package dev.plinth.tierbench.input;

/** An input that makes no sense, with the line and what is wrong with it. */
public final class InputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InputException(int line, String reason) {
        super("line " + line + ": " + reason);
    }
}
