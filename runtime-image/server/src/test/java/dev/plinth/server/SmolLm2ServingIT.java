package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A real chat model, whose template and end token come out of its GGUF file. */
class SmolLm2ServingIT {
    @Test
    void aQuestionIsAnsweredAndTheAnswerEndsByItself() throws Exception {
        try (TestServer server = new TestServer(fetch(), 2, 2)) {
            server.server.load();

            JsonNode answer =
                    TestServer.json(server.post("/v1/chat/completions", """
                            {"model": "tiny", "temperature": 0, "messages": [{"role": "user", "content": "What is the capital of France?"}]}""").body());

            assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("The capital of France is Paris.");
            assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
            assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(37);
        }
    }

    private static Path fetch() throws Exception {
        Process fetch = new ProcessBuilder("sh", "../fetch-smollm2.sh")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String path = new String(fetch.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assumeTrue(fetch.waitFor() == 0, "SmolLM2 cannot be fetched here; see the line above");
        return Path.of(path);
    }
}
