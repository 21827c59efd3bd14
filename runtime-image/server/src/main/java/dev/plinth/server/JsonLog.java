package dev.plinth.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** Logs to standard output, one JSON object a line: time, level, logger, message. */
final class JsonLog {
    private JsonLog() {}

    /** Sends all logging of the process there. Must come before the first use of a logger. */
    static void install() {
        System.setProperty("java.util.logging.manager", KeptAtShutdown.class.getName());
        Logger root = LogManager.getLogManager().getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.setLevel(Level.INFO);
        root.addHandler(new Lines());
    }

    /** The usual manager falls silent when the process is asked to end, which is when draining has things to say. */
    public static final class KeptAtShutdown extends LogManager {
        @Override
        public void reset() {
            // keeps the handlers
        }
    }

    private static final class Lines extends StreamHandler {
        Lines() {
            super(System.out, new Line());
        }

        @Override
        public synchronized void publish(LogRecord line) {
            super.publish(line);
            flush();
        }
    }

    private static final class Line extends Formatter {
        @Override
        public String format(LogRecord line) {
            ObjectNode json = JsonNodeFactory.instance
                    .objectNode()
                    .put("time", line.getInstant().toString())
                    .put("level", line.getLevel().getName().toLowerCase(Locale.ROOT))
                    .put("logger", line.getLoggerName())
                    .put("message", formatMessage(line));
            if (line.getThrown() != null) {
                StringWriter trace = new StringWriter();
                line.getThrown().printStackTrace(new PrintWriter(trace));
                json.put("trace", trace.toString());
            }
            return json + "\n";
        }
    }
}
