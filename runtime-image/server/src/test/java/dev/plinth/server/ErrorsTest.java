package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ErrorsTest {
    private TestServer server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = TestServer.loaded(folder, 1, 1);
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "max_tokens": 0                  | max_tokens        | max_tokens must be at least 1, not 0
        "max_tokens": -3                 | max_tokens        | max_tokens must be at least 1, not -3
        "max_tokens": 3000000000         | max_tokens        | max_tokens must be from 1 to 2147483647, not 3000000000
        "max_tokens": "ten"              | max_tokens        | max_tokens must be a whole number
        "max_completion_tokens": 0       | max_completion_tokens | max_completion_tokens must be at least 1, not 0
        "temperature": 2.5               | temperature       | temperature must be a number from 0.0 to 2.0, not 2.5
        "temperature": "hot"             | temperature       | temperature must be a number from 0.0 to 2.0, not "hot"
        "top_p": 0                       | top_p             | top_p must be greater than 0
        "top_k": -2                      | top_k             | top_k must be at least -1, not -2
        "n": 0                           | n                 | n must be from 1 to 128, not 0
        "presence_penalty": 3            | presence_penalty  | presence_penalty must be a number from -2.0 to 2.0, not 3
        "logit_bias": {"999": 1}         | logit_bias        | logit_bias must map token ids to numbers from -100 to 100
        "logit_bias": [1]                | logit_bias        | logit_bias must be an object
        "stream_options": [1]            | stream_options    | stream_options must be an object
        "suffix": "z"                    | suffix            | suffix is not supported by this server
        "seed": "x"                      | seed              | seed must be a whole number
        "stop": ["a","b","c","d","e"]    | stop              | stop must be a string or up to 4 strings, none empty
        "stop": ""                       | stop              | stop must be a string or up to 4 strings, none empty
        "stream": "yes"                  | stream            | stream must be true or false
        "logprobs": 21                   | logprobs          | logprobs must be from 0 to 20, not 21
        "prompt": ""                     | prompt            | prompt must not be empty
        "prompt": null                   | prompt            | prompt is required
        "prompt": []                     | prompt            | prompt must not be empty
        "prompt": [256]                  | prompt            | prompt must be text or token ids from 0 to 255
        "prompt": {"a": 1.5}             | prompt            | prompt must be a string, token ids, or a list of those
        "model": null                    | model             | model is required
        "echo": true                     | echo              | echo is not supported by this server
        "best_of": 2                     | best_of           | best_of is not supported by this server; use n
        "min_p": 1.5                     | min_p             | min_p must be a number from 0.0 to 1.0, not 1.5
        "repetition_penalty": 0          | repetition_penalty | repetition_penalty must be greater than 0
        "response_format": {"type": "xml"} | response_format | response_format "xml" is not supported; use text, json_object or json_schema
        "response_format": {"type": "json_schema"} | response_format.json_schema.schema | response_format.json_schema.schema must be a JSON Schema
        "response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "number", "minimum": 1}}} | response_format.json_schema.schema | response_format.json_schema.schema: the schema: the keyword "minimum" is not supported
        "response_format": "json" | response_format | response_format must be an object
        "structured_outputs": ["a"] | structured_outputs | structured_outputs must be an object
        "structured_outputs": {"regex": "(a"} | structured_outputs.regex | structured_outputs.regex: the regular expression at character 1: the group is not closed
        "guided_choice": []              | guided_choice     | guided_choice must be a list of strings, at least one and none empty
        "guided_regex": "a", "guided_choice": ["b"] | guided_choice | guided_regex and guided_choice cannot be asked for together
        """)
    void aFieldThatCannotBeIsRefusedByName(String field, String parameter, String message) throws Exception {
        HttpResponse<String> response =
                server.post("/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"a\", " + field + "}");

        assertError(response, 400, "invalid_request_error", parameter, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        []                                                                | messages             | messages must be a list with at least one message
        "hello"                                                           | messages             | messages must be a list with at least one message
        [{"role": "boss", "content": "x"}]                                | messages[0].role     | role must be one of system, developer, user, assistant and tool
        [{"role": "user", "content": [{"type": "image_url"}]}]            | messages[0].content  | content of type "image_url" is not supported; only text is
        [{"role": "user", "content": [{"type": "text"}]}]                 | messages[0].content  | the text of a part of content must be a string
        [{"role": "assistant", "tool_calls": {}}]                         | messages[0].tool_calls | tool_calls must be a list
        [{"role": "user", "content": ""}]                                 | messages             | messages must not be empty
        """)
    void messagesThatCannotBeAreRefusedByPlace(String messages, String parameter, String message) throws Exception {
        HttpResponse<String> response =
                server.post("/v1/chat/completions", "{\"model\": \"tiny\", \"messages\": " + messages + "}");

        assertError(response, 400, "invalid_request_error", parameter, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "tools": [{}]                                                          | tools[0]               | tools[0] must be of type function
        "tools": [{"type": "function", "function": {"name": "a b"}}]           | tools[0].function.name | tools[0].function.name must be 1 to 64 letters, digits, _, . or -
        "tools": [{"type": "function", "function": {"name": "f", "parameters": 1}}] | tools[0].function.parameters | tools[0].function.parameters must be a JSON Schema
        "tool_choice": "required"                                              | tool_choice            | tool_choice is required, but there are no tools
        "tool_choice": "perhaps"                                               | tool_choice            | tool_choice must be none, auto, required or name a function
        "tools": "f" | tools | tools must be a list
        "tool_choice": {"type": "function", "function": {"name": "g"}}         | tool_choice            | tool_choice names "g", which is none of the tools
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "x"}}}], "tool_choice": "required" | tools[0].function.parameters | tools[0].function.parameters: the schema: the type "x" is not known
        "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": "required", "guided_regex": "a" | tool_choice | tool_choice and a format of the answer cannot be asked for together
        """)
    void toolsThatCannotBeAreRefusedByPlace(String fields, String parameter, String message) throws Exception {
        HttpResponse<String> response = server.post(
                "/v1/chat/completions",
                "{\"model\": \"tiny\", \"messages\": [{\"role\": \"user\", \"content\": \"x\"}], " + fields + "}");

        assertError(response, 400, "invalid_request_error", parameter, message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "{}", "true"})
    void theContentOfAMessageIsTextOrParts(String content) throws Exception {
        HttpResponse<String> response = server.post(
                "/v1/chat/completions",
                "{\"model\": \"tiny\", \"messages\": [{\"role\": \"user\", \"content\": " + content + "}]}");

        assertError(
                response,
                400,
                "invalid_request_error",
                "messages[0].content",
                "content must be a string or a list of parts");
    }

    @Test
    void argumentsOfAnEarlierCallMustBeJson() throws Exception {
        HttpResponse<String> response = server.post("/v1/chat/completions", """
            {"model": "tiny", "messages": [{"role": "user", "content": "x"},
             {"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{"}}]}]}\
            """);

        assertError(
                response,
                400,
                "invalid_request_error",
                "messages[1].tool_calls[0].function.arguments",
                "messages[1].tool_calls[0].function.arguments must be the text of a JSON object");
    }

    @Test
    void aBodyThatIsNoJsonIsRefusedByPlaceAndNotRepeated() throws Exception {
        HttpResponse<String> response = server.post("/v1/completions", "{\"model\": \"tiny\", secret");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("not valid JSON: line 1, column").doesNotContain("secret");
        assertThat(server.post("/v1/completions", "").statusCode()).isEqualTo(400);
        assertThat(server.post("/v1/completions", "[]").body()).contains("must be a JSON object");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        505 | "max_tokens": 10            | max_tokens            | 515 tokens (505 in the prompt, 10 in the completion)
        505 | "max_completion_tokens": 10 | max_completion_tokens | 515 tokens (505 in the prompt, 10 in the completion)
        1   | "max_tokens": 2147483647    | max_tokens            | 2147483648 tokens (1 in the prompt, 2147483647 in the completion)
        512 | "max_tokens": 1             | prompt                | 513 tokens (512 in the prompt, 1 in the completion)
        600 | "n": 1                      | prompt                | 601 tokens (600 in the prompt, 1 in the completion)
        """)
    void whatDoesNotFitTheModelIsRefusedWithTheNumbersAndTheFieldThatIsTooLarge(
            int prompt, String field, String parameter, String requested) throws Exception {
        HttpResponse<String> response = server.post(
                "/v1/completions",
                "{\"model\": \"tiny\", %s, \"prompt\": \"%s\"}".formatted(field, "x".repeat(prompt)));

        assertError(
                response,
                400,
                "invalid_request_error",
                parameter,
                "This model's maximum context length is 512 tokens. However, you requested " + requested
                        + ". Please reduce the length of the prompt or completion.");
        assertThat(TestServer.json(response.body()).at("/error/code").asText()).isEqualTo("context_length_exceeded");
    }

    @Test
    void anUnknownModelIsNotFound() throws Exception {
        HttpResponse<String> response = server.post("/v1/completions", "{\"model\": \"gpt-9\", \"prompt\": \"a\"}");

        assertError(response, 404, "invalid_request_error", "model", "The model `gpt-9` does not exist");
        assertThat(TestServer.json(response.body()).at("/error/code").asText()).isEqualTo("model_not_found");
        assertThat(server.get("/v1/models/gpt-9").statusCode()).isEqualTo(404);
    }

    @Test
    void embeddingsAreNotFoundWithTheReason() throws Exception {
        HttpResponse<String> response = server.post("/v1/embeddings", "{\"model\": \"tiny\", \"input\": \"a\"}");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("This model generates text; it cannot embed.");
    }

    @Test
    void anUnknownAddressIsNotFoundInTheSameForm() throws Exception {
        assertThat(TestServer.json(server.get("/v2/x").body())
                        .at("/error/message")
                        .asText())
                .isEqualTo("Unknown address: GET /v2/x");
        HttpResponse<String> wrongMethod = server.get("/v1/completions");
        assertThat(wrongMethod.statusCode()).isEqualTo(405);
        assertThat(wrongMethod.headers().firstValue("allow")).hasValue("POST");
    }

    @Test
    void aBodyTooLargeIsRefused() throws Exception {
        HttpResponse<String> response =
                server.post("/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"" + "x".repeat(5 << 20) + "\"}");

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("The request body is larger than 4194304 bytes.");
    }

    @Test
    void moreChoicesThanTheQueueEverHoldsAreRefusedForGood() throws Exception {
        HttpResponse<String> response =
                server.post("/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"a\", \"n\": 3}");

        assertError(
                response,
                400,
                "invalid_request_error",
                "n",
                "A request may ask for at most 2 answers, prompts times n; this one asks for 3.");
        assertThat(server.post("/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"a\", \"n\": 2}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aTextThatCannotFitIsRefusedBeforeItIsMadeTokens() throws Exception {
        HttpResponse<String> response =
                server.post("/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"" + "7".repeat(3 << 20) + "\"}");

        assertError(
                response,
                400,
                "invalid_request_error",
                "prompt",
                "This model's maximum context length is 512 tokens, which 3145728 characters of text do not fit. Please reduce the length of the prompt.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void aBodyNestedTooDeepIsRefused(String opening) throws Exception {
        HttpResponse<String> response = server.post("/v1/completions", opening.repeat(100_000));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("The request body is not valid JSON: ");
    }

    @Test
    void aNumberOfTooManyDigitsIsRefused() throws Exception {
        HttpResponse<String> response =
                server.post("/v1/completions", "{\"model\": \"tiny\", \"max_tokens\": " + "9".repeat(100_000) + "}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("The request body is not valid JSON: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json; charset=nonsense",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "text/plain"
            })
    void aBodyIsTakenForJsonWhateverItIsCalled(String type) throws Exception {
        String ignored = "%&=".repeat(10_000);
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url("/v1/completions")))
                .header("content-type", type)
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\": \"tiny\", \"prompt\": \"a\", \"unknown\": \"" + ignored + "\"}"))
                .build();

        assertThat(server.client
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS *", "GET /v1/models/%zz"})
    void anAddressThatCannotBeReadIsRefusedInTheSameForm(String line) throws Exception {
        String answer = raw(line + " HTTP/1.1\r\nHost: tiny\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .contains("\"message\":\"The address of the request cannot be read.\"");
    }

    @Test
    void aRequestThatFindsTheQueueFullMayBeRetried() throws Exception {
        HttpRequest two = server.request(
                "/v1/completions",
                "{\"model\": \"tiny\", \"prompt\": \"a\", \"n\": 2, \"max_tokens\": 500, \"ignore_eos\": true, \"stream\": true}");
        try (InputStream running = server.client
                .send(two, HttpResponse.BodyHandlers.ofInputStream())
                .body()) {
            HttpResponse<String> response = server.post("/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"a\"}");

            assertThat(running.read()).isPositive();
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.headers().firstValue("retry-after")).hasValue("1");
            assertThat(TestServer.json(response.body()).at("/error/type").asText())
                    .isEqualTo("rate_limit_error");
            assertThat(response.body()).contains("2 of 2 places are taken, and 1 more were asked for");
        }
        // Other tests need a place of the same server.
        server.awaitMetric("vllm:num_requests_running{engine=\"0\",model_name=\"tiny\"} 0.0");
        server.awaitMetric("vllm:num_requests_waiting{engine=\"0\",model_name=\"tiny\"} 0.0");
    }

    private String raw(String request) throws Exception {
        try (Socket client = new Socket("127.0.0.1", server.server.port())) {
            client.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void unknownFieldsAreIgnored() throws Exception {
        assertThat(server.post("/v1/completions", """
            {"model": "tiny", "prompt": "a", "user": "me", "kv_transfer_params": {}, "min_tokens": 3}\
            """).statusCode()).isEqualTo(200);
    }

    private static void assertError(
            HttpResponse<String> response, int status, String type, String parameter, String message) throws Exception {
        JsonNode error = TestServer.json(response.body()).path("error");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(error.path("type").asText()).isEqualTo(type);
        assertThat(error.path("param").asText()).isEqualTo(parameter);
        assertThat(error.path("message").asText()).isEqualTo(message);
    }
}
