package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompletionsTest {
    private TestServer server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = TestServer.loaded(folder, 4, 64);
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @Test
    void anAnswerNamesItsModelItsTextAndWhatItUsed() throws Exception {
        JsonNode answer = server.completion("""
                {"model": "tiny", "prompt": "hello", "max_tokens": 7, "temperature": 0}""");

        assertThat(answer.path("id").asText()).startsWith("cmpl-");
        assertThat(answer.path("object").asText()).isEqualTo("text_completion");
        assertThat(answer.path("model").asText()).isEqualTo("tiny");
        JsonNode choice = answer.path("choices").path(0);
        assertThat(choice.path("text").asText()).isNotEmpty();
        assertThat(choice.path("finish_reason").asText()).isEqualTo("length");
        assertThat(choice.path("logprobs").isNull()).isTrue();
        assertThat(answer.path("usage"))
                .hasToString("{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}");
    }

    @Test
    void sixteenTokensAreGeneratedIfNothingIsSaid() throws Exception {
        JsonNode answer = server.completion("{\"model\": \"tiny\", \"prompt\": \"hello\"}");

        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(16);
    }

    @Test
    void textAndItsTokenIdsAreTheSamePrompt() throws Exception {
        String text = greedy("\"abc\"").at("/choices/0/text").asText();

        assertThat(greedy("[97, 98, 99]").at("/choices/0/text").asText()).isEqualTo(text);
    }

    @Test
    void severalPromptsAreAnsweredInTheirOrderEachAsManyTimesAsAsked() throws Exception {
        JsonNode answer = server.completion("""
                {"model": "tiny", "prompt": ["abc", [100, 101]], "n": 2, "max_tokens": 3, "temperature": 0}""");

        assertThat(answer.path("choices")).hasSize(4);
        assertThat(answer.path("choices").findValuesAsText("index")).containsExactly("0", "1", "2", "3");
        assertThat(answer.at("/choices/0/text")).isEqualTo(answer.at("/choices/1/text"));
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(5);
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(12);
    }

    @Test
    void theSameSeedGivesTheSameTextsAndTheChoicesDiffer() throws Exception {
        String body = "{\"model\": \"tiny\", \"prompt\": \"a\", \"n\": 2, \"seed\": 5, \"max_tokens\": 20}";
        JsonNode first = server.completion(body).path("choices");

        assertThat(server.completion(body).path("choices")).isEqualTo(first);
        assertThat(first.at("/0/text")).isNotEqualTo(first.at("/1/text"));
    }

    @Test
    void aStreamSaysTheSameAsTheWholeAnswer() throws Exception {
        String fields = "\"model\": \"tiny\", \"prompt\": \"stream\", \"seed\": 1, \"max_tokens\": 60";
        String whole =
                server.completion("{" + fields + "}").at("/choices/0/text").asText();

        List<String> frames = server.stream("/v1/completions", "{" + fields + ", \"stream\": true}");

        assertThat(frames.getLast()).isEqualTo("[DONE]");
        StringBuilder text = new StringBuilder();
        for (String frame : frames.subList(0, frames.size() - 1)) {
            text.append(TestServer.json(frame).at("/choices/0/text").asText());
        }
        assertThat(text).hasToString(whole);
        JsonNode last = TestServer.json(frames.get(frames.size() - 2));
        assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("length");
        assertThat(last.has("usage")).isFalse();
    }

    @Test
    void aStreamEndsWithItsUsageIfAskedFor() throws Exception {
        List<String> frames = server.stream("/v1/completions", """
                {"model": "tiny", "prompt": "abc", "max_tokens": 4, "stream": true, "stream_options": {"include_usage": true}}""");

        JsonNode usage = TestServer.json(frames.get(frames.size() - 2));
        assertThat(usage.path("choices")).isEmpty();
        assertThat(usage.at("/usage/total_tokens").asInt()).isEqualTo(7);
        assertThat(TestServer.json(frames.getFirst()).path("usage").isNull()).isTrue();
    }

    @Test
    void theTextEndsBeforeAStopString() throws Exception {
        String text = greedy("\"stop\"").at("/choices/0/text").asText();
        String stop = text.substring(3, 5);

        JsonNode stopped = server.completion(TestServer.json(
                        "{\"model\": \"tiny\", \"prompt\": \"stop\", \"max_tokens\": 12, \"temperature\": 0, \"stop\": [\"never\"]}")
                .toString()
                .replace("never", stop.replace("\\", "\\\\").replace("\"", "\\\"")));

        assertThat(stopped.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(stopped.at("/choices/0/text").asText()).isEqualTo(text.substring(0, text.indexOf(stop)));
    }

    @Test
    void logProbabilitiesComeWithTheirAlternatives() throws Exception {
        JsonNode logprobs = server.completion("""
                        {"model": "tiny", "prompt": "abc", "max_tokens": 3, "temperature": 0, "logprobs": 2}""").at("/choices/0/logprobs");

        assertThat(logprobs.path("tokens")).hasSize(3);
        assertThat(logprobs.at("/token_logprobs/0").asDouble()).isNegative();
        assertThat(logprobs.at("/top_logprobs/0")).hasSizeBetween(1, 2); // two bytes may both show as U+FFFD
        assertThat(logprobs.at("/text_offset/0").asInt()).isZero();
    }

    @Test
    void aChatIsAnsweredAndStreamed() throws Exception {
        String fields = """
                "model": "tiny", "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}], "seed": 2,
                "max_tokens": 9, "logprobs": true, "top_logprobs": 1""";
        JsonNode answer = TestServer.json(
                server.post("/v1/chat/completions", "{" + fields + "}").body());

        assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
        assertThat(answer.at("/choices/0/message/role").asText()).isEqualTo("assistant");
        assertThat(answer.at("/choices/0/logprobs/content")).hasSize(9);
        assertThat(answer.at("/choices/0/logprobs/content/0/bytes")).hasSize(1);
        assertThat(answer.at("/choices/0/logprobs/content/0/top_logprobs")).hasSize(1);

        List<String> frames = server.stream("/v1/chat/completions", "{" + fields + ", \"stream\": true}");
        assertThat(TestServer.json(frames.getFirst())
                        .at("/choices/0/delta/role")
                        .asText())
                .isEqualTo("assistant");
        StringBuilder text = new StringBuilder();
        int logprobs = 0;
        for (String frame : frames.subList(0, frames.size() - 1)) {
            text.append(TestServer.json(frame).at("/choices/0/delta/content").asText());
            logprobs += TestServer.json(frame).at("/choices/0/logprobs/content").size();
        }
        assertThat(text).hasToString(answer.at("/choices/0/message/content").asText());
        assertThat(logprobs).isEqualTo(9);
    }

    @Test
    void aChatMayFillTheWholeContext() throws Exception {
        JsonNode answer =
                TestServer.json(server.post("/v1/chat/completions", """
                {"model": "tiny", "messages": [{"role": "user", "content": "hello"}]}""").body());

        assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(TinyCheckpoint.CONTEXT);
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    }

    @Test
    void manyClientsAtOnceAreAllAnsweredAsIfAlone() throws Exception {
        String body = "{\"model\": \"tiny\", \"prompt\": \"client %d\", \"seed\": %d, \"max_tokens\": 20}";
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(server.client.sendAsync(
                    server.request("/v1/completions", body.formatted(i % 10, i % 10)),
                    HttpResponse.BodyHandlers.ofString()));
        }

        for (int i = 0; i < 40; i++) {
            JsonNode alone = server.completion(body.formatted(i % 10, i % 10));
            JsonNode together = TestServer.json(answers.get(i).join().body());
            assertThat(together.at("/choices/0/text")).isEqualTo(alone.at("/choices/0/text"));
        }
    }

    @Test
    void aPromptThatWasReadBeforeCostsOnlyItsEndAndTheAnswerSaysSo() throws Exception {
        String body = "{\"model\": \"tiny\", \"prompt\": \"%s\", \"max_tokens\": 5, \"seed\": 1}"
                .formatted("read twice".repeat(10));
        JsonNode first = server.completion(body);

        JsonNode second = server.completion(body);

        assertThat(first.at("/usage").has("prompt_tokens_details")).isFalse();
        assertThat(second.at("/usage/prompt_tokens_details/cached_tokens").asInt())
                .isEqualTo(96);
        assertThat(second.path("choices")).isEqualTo(first.path("choices"));
    }

    @Test
    void usersOfOneApplicationShareItsPrompts() throws Exception {
        String body =
                "{\"model\": \"tiny\", \"prompt\": \"%s\", \"max_tokens\": 1, \"user\": \"%s\", \"priority\": -3}";
        String prompt = "you are helpful".repeat(10);
        server.completion(body.formatted(prompt, "first"));

        assertThat(server.completion(body.formatted(prompt, "second"))
                        .at("/usage/prompt_tokens_details/cached_tokens")
                        .asInt())
                .isPositive();
    }

    @Test
    void promptsUnderAnotherSaltAreNotFound() throws Exception {
        String body = "{\"model\": \"tiny\", \"prompt\": \"%s\", \"max_tokens\": 1%s}";
        String prompt = "whose is this".repeat(10);
        server.completion(body.formatted(prompt, ""));

        assertThat(server.completion(body.formatted(prompt, ", \"cache_salt\": \"mine\""))
                        .at("/usage")
                        .has("prompt_tokens_details"))
                .isFalse();
    }

    private JsonNode greedy(String prompt) throws Exception {
        return server.completion(
                "{\"model\": \"tiny\", \"prompt\": " + prompt + ", \"max_tokens\": 12, \"temperature\": 0}");
    }
}
