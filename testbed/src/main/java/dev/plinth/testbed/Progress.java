package dev.plinth.testbed;

import java.io.PrintStream;

/** Where long work tells how far it is. */
public interface Progress {
    /** Characters of a bar. */
    int BAR = 24;

    /** Moves to the beginning of a terminal's line and empties it. */
    String CLEAR_LINE = "\r\033[K";

    /** A format for text whose lines a terminal cuts off at its edge, so that it takes as many lines as it seems to. */
    String UNWRAPPED = "\033[?7l%s\033[?7h";

    /** A step that is over: stays on the screen. */
    void done(String line);

    /** How far the present step is: replaced by the next line on a terminal. */
    void now(String line);

    /**
     * How much of the present step is done, as a bar.
     *
     * @param share of 1
     */
    default void now(String what, double share, String detail) {
        int filled = (int) Math.round(Math.clamp(share, 0, 1) * BAR);
        now("%s %s%s %3.0f %%  %s"
                .formatted(what, "█".repeat(filled), "░".repeat(BAR - filled), 100 * Math.clamp(share, 0, 1), detail));
    }

    /** Tells nothing. */
    static Progress silent() {
        return new Progress() {
            @Override
            public void done(String line) {}

            @Override
            public void now(String line) {}
        };
    }

    /** Rewrites one line on a terminal; elsewhere prints every finished step, and a line on the present one at most every ten seconds. */
    static Progress to(PrintStream out, boolean terminal) {
        return new Progress() {
            private long lastNow = System.nanoTime();

            @Override
            public synchronized void done(String line) {
                out.println((terminal ? CLEAR_LINE : "") + line);
                out.flush();
            }

            @Override
            public synchronized void now(String line) {
                if (terminal) {
                    out.print(CLEAR_LINE + UNWRAPPED.formatted(line));
                    out.flush();
                } else if (System.nanoTime() - lastNow > 10_000_000_000L) {
                    lastNow = System.nanoTime();
                    out.println(line);
                    out.flush();
                }
            }
        };
    }
}
