package dev.plinth.server.api;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Logs what went wrong by kind and place. Never by message: that could hold parts of a prompt. */
final class Failures {
    private static final Logger LOG = System.getLogger(Failures.class.getName());

    private Failures() {}

    static void log(String event, Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        String place = trace.length == 0 ? "unknown place" : trace[0].toString();
        LOG.log(Level.ERROR, "{0}: {1} at {2}", event, failure.getClass().getName(), place);
    }
}
