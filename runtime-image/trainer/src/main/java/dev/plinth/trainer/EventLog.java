package dev.plinth.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/** Writes one JSON object a line: time, level, rank, event, then the event's own fields in the order given. */
public final class EventLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Enough to compare losses of two runs; a float holds little more. */
    private static final MathContext DIGITS = new MathContext(7, RoundingMode.HALF_EVEN);

    private final PrintStream out;
    private final Clock clock;
    private final int rank;

    public EventLog(PrintStream out, Clock clock, int rank) {
        this.out = out;
        this.clock = clock;
        this.rank = rank;
    }

    /**
     * What happens as it should.
     *
     * @param fields name, value, name, value, …
     */
    public void info(String event, Object... fields) {
        write("info", event, fields);
    }

    /**
     * What people may want to look into; the trainer goes on.
     *
     * @param fields name, value, name, value, …
     */
    public void warn(String event, Object... fields) {
        write("warn", event, fields);
    }

    /**
     * Why the trainer ends.
     *
     * @param fields name, value, name, value, …
     */
    public void error(String event, Object... fields) {
        write("error", event, fields);
    }

    private void write(String level, String event, Object... fields) {
        ObjectNode line = JSON.createObjectNode()
                .put("time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString())
                .put("level", level)
                .put("rank", rank)
                .put("event", event);
        for (int i = 0; i + 1 < fields.length; i += 2) {
            line.set(fields[i].toString(), JSON.valueToTree(shortened(fields[i + 1])));
        }
        try {
            out.println(JSON.writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot log " + event, e);
        }
    }

    private static Object shortened(Object value) {
        return value instanceof Double d && Double.isFinite(d) ? new BigDecimal(d).round(DIGITS) : value;
    }
}
