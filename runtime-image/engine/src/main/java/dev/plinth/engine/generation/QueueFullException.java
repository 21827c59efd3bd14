package dev.plinth.engine.generation;

/** Too many requests wait already; try again later. */
public final class QueueFullException extends Exception {
    private static final long serialVersionUID = 1;

    private final int capacity;

    /**
     * @param taken requests that wait or run
     * @param wanted how many more there should be
     * @param capacity how many there may be at most
     */
    public QueueFullException(int taken, int wanted, int capacity) {
        super("%d of %d places are taken, and %d more were asked for".formatted(taken, capacity, wanted));
        this.capacity = capacity;
    }

    /** How many requests there may be at most. */
    public int capacity() {
        return capacity;
    }
}
