package dev.plinth.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/** The operator's log: one JSON object a line, but for what the Java runtime itself says. */
final class OperatorLog {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** More is no line of a terminal; the whole is in the log. */
    private static final int LONGEST = 300;

    private OperatorLog() {}

    /** The last line of level ERROR with the first cause of its exception; without one the last line of all. */
    static Optional<String> lastError(String log) {
        return log.lines()
                .map(OperatorLog::parse)
                .filter(line -> line.path("level").asText().equals("ERROR"))
                .reduce((_, later) -> later)
                .map(OperatorLog::message)
                .or(() -> log.lines().filter(line -> !line.isBlank()).reduce((_, later) -> later))
                .map(line -> line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line);
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException notOurs) {
            return JSON.missingNode();
        }
    }

    private static String message(JsonNode line) {
        var thrown = line.path("exception");
        while (thrown.path("causedBy").has("exception")) {
            thrown = thrown.path("causedBy").path("exception");
        }
        var message = line.path("message").asText();
        return thrown.isMissingNode()
                ? message
                : "%s: %s: %s"
                        .formatted(
                                message,
                                thrown.path("exceptionType").asText(),
                                thrown.path("message").asText());
    }
}
