package dev.plinth.engine.generation;

/** The engine has ended, or is ending, and takes nothing more. */
public final class EngineClosedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public EngineClosedException() {
        super("the engine has ended");
    }
}
