package dev.plinth.engine.generation;

/** Too many requests wait already; try again later. */
public final class QueueFullException extends Exception {
    private static final long serialVersionUID = 1;

    public QueueFullException(int waiting) {
        super(waiting + " requests wait already");
    }
}
