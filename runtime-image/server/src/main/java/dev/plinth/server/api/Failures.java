package dev.plinth.server.api;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/** Logs what went wrong by kind and place. Never by message: that could hold parts of a prompt. */
final class Failures {
    private static final Logger LOG = System.getLogger(Failures.class.getName());

    private Failures() {}

    static void log(String event, Throwable failure) {
        LOG.log(Level.ERROR, "{0}: {1} at {2}", event, failure.getClass().getName(), place(failure));
    }

    /** Where it left our code; what it did in a library helps less. */
    private static String place(Throwable failure) {
        List<StackTraceElement> trace = List.of(failure.getStackTrace());
        return trace.stream()
                .filter(frame -> frame.getClassName().startsWith("dev.plinth."))
                .findFirst()
                .or(() -> trace.stream().findFirst())
                .map(StackTraceElement::toString)
                .orElse("unknown place");
    }
}
