package dev.plinth.trainer;

/** Tokens per second over the last second or so. */
final class Pace {
    private static final double WINDOW_SECONDS = 1;

    private long since = System.nanoTime();
    private long tokens;
    private double rate;

    /** Counts the tokens of a step that ended now; returns the present rate. */
    double count(long stepTokens) {
        tokens += stepTokens;
        double seconds = (System.nanoTime() - since) / 1e9;
        if (rate == 0 || seconds >= WINDOW_SECONDS) {
            rate = tokens / seconds;
            if (seconds >= WINDOW_SECONDS) {
                since = System.nanoTime();
                tokens = 0;
            }
        }
        return rate;
    }
}
