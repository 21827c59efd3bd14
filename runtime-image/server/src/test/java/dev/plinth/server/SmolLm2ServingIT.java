package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** A real chat model, whose template and end token come out of its GGUF file. */
class SmolLm2ServingIT {
    @Test
    void aQuestionIsAnsweredAndTheAnswerEndsByItself() throws Exception {
        try (TestServer server = new TestServer(Fetched.by("fetch-smollm2.sh"), 2, 2)) {
            server.server.load();

            JsonNode answer =
                    TestServer.json(server.post("/v1/chat/completions", """
                        {"model": "tiny", "temperature": 0, "messages": [{"role": "user", "content": "What is the capital of France?"}]}\
                        """).body());

            assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("The capital of France is Paris.");
            assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
            assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(37);
        }
    }

    @Test
    void itsTokensSpellJsonOfASchemaAndCallsOfAFunction() throws Exception {
        try (TestServer server = new TestServer(Fetched.by("fetch-smollm2.sh"), 2, 2)) {
            server.server.load();

            JsonNode answer =
                    TestServer.json(server.post("/v1/chat/completions", """
                        {"model": "tiny", "temperature": 0, "max_tokens": 100,
                         "messages": [{"role": "user", "content": "What is the capital of France? Answer in JSON."}],
                         "response_format": {"type": "json_schema", "json_schema": {"name": "capital", "schema":
                           {"type": "object", "properties": {"country": {"type": "string", "maxLength": 20},
                            "capital": {"type": "string", "maxLength": 20}, "european": {"type": "boolean"}},
                            "required": ["country", "capital", "european"]}}}}\
                        """).body());
            JsonNode json =
                    TestServer.json(answer.at("/choices/0/message/content").asText());
            assertThat(json.path("capital").asText()).isEqualTo("Paris");
            assertThat(json.path("european").isBoolean()).isTrue();
            assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");

            JsonNode call =
                    TestServer.json(server.post("/v1/chat/completions", """
                        {"model": "tiny", "temperature": 0, "max_tokens": 100, "tool_choice": "required",
                         "messages": [{"role": "user", "content": "What is the weather in Paris?"}],
                         "tools": [{"type": "function", "function": {"name": "weather", "parameters":
                           {"type": "object", "properties": {"city": {"type": "string", "maxLength": 20}}, "required": ["city"]}}}]}\
                        """).body());
            JsonNode function = call.at("/choices/0/message/tool_calls/0/function");
            assertThat(function.path("name").asText()).isEqualTo("weather");
            assertThat(TestServer.json(function.path("arguments").asText())
                            .path("city")
                            .asText())
                    .isEqualTo("Paris");
        }
    }
}
