package dev.plinth.planner.hardware;

import java.io.Serial;

/** No accelerator of that name; the message lists the known ones. */
public final class UnknownAcceleratorException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1;

    public UnknownAcceleratorException(String message) {
        super(message);
    }
}
