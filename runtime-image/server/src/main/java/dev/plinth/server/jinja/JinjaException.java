package dev.plinth.server.jinja;

/** A template that cannot be read, or cannot go on with what it was given. */
public final class JinjaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean refusal;

    private JinjaException(String message, boolean refusal) {
        super(message);
        this.refusal = refusal;
    }

    JinjaException(String message) {
        this(message, false);
    }

    /** The template itself says no. */
    static JinjaException refusal(String message) {
        return new JinjaException(message, true);
    }

    /** Whether the template called {@code raise_exception}: the input is at fault, and the message is the template's. */
    public boolean refusal() {
        return refusal;
    }
}
