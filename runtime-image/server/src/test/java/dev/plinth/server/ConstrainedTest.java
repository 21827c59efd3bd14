package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A random model has no mind of its own: whatever order there is comes from the constraint. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConstrainedTest {
    private static final String TOOLS = """
        "tools": [{"type": "function", "function": {"name": "weather", "parameters":
          {"type": "object", "properties": {"city": {"enum": ["Paris", "Rome"]}, "days": {"type": "integer"}}, "required": ["city"]}}},
          {"type": "function", "function": {"name": "time", "parameters":
          {"type": "object", "properties": {"zone": {"$ref": "#/$defs/zone"}}, "required": ["zone"], "$defs": {"zone": {"enum": ["UTC", "CET"]}}}}}]\
        """;
    private static final String CHAT =
            "{\"model\": \"tiny\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}], ";

    private TestServer server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = TestServer.loaded(folder, 4, 64);
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"structured_outputs\": {\"regex\": \"(yes|no), [0-9]{3}\"}",
                "\"guided_regex\": \"^(yes|no), [0-9]{3}$\"",
                "\"guided_regex\": \"(yes|no), [0-9]{3}\", \"temperature\": 0"
            })
    void anAnswerMatchesTheExpressionAndEndsWithIt(String constraint) throws Exception {
        JsonNode choice = server.completion(
                        "{\"model\": \"tiny\", \"prompt\": \"a\", \"max_tokens\": 50, " + constraint + "}")
                .at("/choices/0");

        assertThat(choice.path("text").asText()).matches("(yes|no), [0-9]{3}");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void everyChoiceIsOneOfThoseGiven() throws Exception {
        JsonNode choices = server.completion("""
            {"model": "tiny", "prompt": "a", "n": 20, "seed": 1, "guided_choice": ["red", "green", "grün"]}\
            """).path("choices");

        assertThat(choices.findValuesAsText("text"))
                .containsOnly("red", "green", "grün")
                .contains("red", "grün");
    }

    @Test
    void anAnswerIsJsonOfTheSchema() throws Exception {
        JsonNode answer = chat("""
            "temperature": 0.3, "response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": true, "schema":
              {"type": "object", "properties": {"kind": {"enum": ["a", "b"]}, "sizes": {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 2}},
               "required": ["kind", "sizes"], "additionalProperties": false}}}}\
            """);

        JsonNode json = TestServer.json(answer.at("/choices/0/message/content").asText());
        assertThat(json.path("kind").asText()).isIn("a", "b");
        assertThat(json.path("sizes")).hasSize(2);
    }

    @Test
    void anyJsonBeginsAsAnObject() throws Exception {
        JsonNode answer = chat("\"max_tokens\": 30, \"response_format\": {\"type\": \"json_object\"}}");

        assertThat(answer.at("/choices/0/message/content").asText()).startsWith("{");
    }

    @Test
    void aToolThatMustBeCalledIsCalledWithArgumentsOfItsSchema() throws Exception {
        JsonNode answer =
                chat(TOOLS + ", \"tool_choice\": {\"type\": \"function\", \"function\": {\"name\": \"weather\"}}}");

        JsonNode message = answer.at("/choices/0/message");
        assertThat(message.path("content").isNull()).isTrue();
        assertThat(message.at("/tool_calls/0/id").asText()).startsWith("call_");
        assertThat(message.at("/tool_calls/0/function/name").asText()).isEqualTo("weather");
        assertThat(TestServer.json(
                                message.at("/tool_calls/0/function/arguments").asText())
                        .path("city")
                        .asText())
                .isIn("Paris", "Rome");
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
    }

    @Test
    void aStreamTellsTheCallInAChunkOfItsOwn() throws Exception {
        List<String> frames = server.stream(
                "/v1/chat/completions", CHAT + TOOLS + ", \"tool_choice\": \"required\", \"stream\": true}");

        JsonNode call = TestServer.json(frames.get(1)).at("/choices/0/delta/tool_calls/0");
        assertThat(call.path("index").asInt()).isZero();
        assertThat(call.at("/function/name").asText()).isIn("weather", "time");
        assertThat(TestServer.json(frames.get(2)).at("/choices/0/finish_reason").asText())
                .isEqualTo("tool_calls");
    }

    @Test
    void constrainedAndFreeRequestsRunSideBySide() throws Exception {
        String free = "{\"model\": \"tiny\", \"prompt\": \"a\", \"seed\": 4, \"max_tokens\": 30}";
        String alone = server.completion(free).at("/choices/0/text").asText();
        var constrained = server.client.sendAsync(
                server.request(
                        "/v1/completions",
                        "{\"model\": \"tiny\", \"prompt\": \"a\", \"guided_regex\": \"[a-c]{200}\", \"max_tokens\":"
                                + " 200}"),
                HttpResponse.BodyHandlers.ofString());

        assertThat(server.completion(free).at("/choices/0/text").asText()).isEqualTo(alone);
        assertThat(TestServer.json(constrained.join().body())
                        .at("/choices/0/text")
                        .asText())
                .matches("[a-c]{200}");
    }

    @Test
    void anExpressionThatTakesTooLongToFollowEndsWithAnErrorThatSaysSo() throws Exception {
        String body = """
            {"model": "tiny", "prompt": "a", "max_tokens": 500, "ignore_eos": true, "guided_regex": "([a-z]{0,300}){0,300}"            """;

        HttpResponse<String> whole = server.post("/v1/completions", body + "}");
        List<String> frames = server.stream("/v1/completions", body + ", \"stream\": true}");

        assertThat(whole.statusCode()).as(whole.body()).isEqualTo(400);
        JsonNode error = TestServer.json(whole.body()).path("error");
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error.path("message").asText()).contains("The answer cannot be kept within what was asked for");
        assertThat(frames).anyMatch(frame -> frame.contains("The answer cannot be kept within what was asked for"));
    }

    private JsonNode chat(String fields) throws Exception {
        HttpResponse<String> response = server.post("/v1/chat/completions", CHAT + fields);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestServer.json(response.body());
    }
}
