package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.server.api.RequestLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that says one special token again and again. */
class ToolMarksTest {
    private static final String SAYING_MARKS = """
            {"model": "tiny", "messages": [{"role": "user", "content": "x"}], "max_tokens": 2, "temperature": 0,
             "logit_bias": {"256": 100}, "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": "%s"}\
            """;

    @Test
    void aMarkThatIsASpecialTokenIsSeenWhereFunctionsMayBeCalledAndIsNoTextElsewhere(@TempDir Path folder)
            throws Exception {
        Path model = TinyCheckpoint.write(folder, List.of("[TOOL_CALLS]"));
        try (TestServer server =
                new TestServer(model, 2, 2, new RequestLimits(4 << 20, Optional.empty()), Optional.empty())) {
            server.server.load();

            assertThat(said(server, "auto")).isEqualTo("[TOOL_CALLS][TOOL_CALLS]");
            assertThat(said(server, "none")).isEmpty();
        }
    }

    private static String said(TestServer server, String choice) throws Exception {
        String answer = server.post("/v1/chat/completions", SAYING_MARKS.formatted(choice))
                .body();
        return TestServer.json(answer).at("/choices/0/message/content").asText();
    }
}
