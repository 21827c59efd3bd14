package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddingsTest {
    /** The engine's tiny encoder. */
    private static final Path MODEL = Path.of("../engine/src/test/resources/reference/tiny-bert");

    private TestServer server;

    @BeforeAll
    void start() throws Exception {
        server = new TestServer(MODEL, 1, 4);
        server.server.load();
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @Test
    void textsAndTheirTokensGetVectorsOfLengthOneInTheirOrder() throws Exception {
        JsonNode answer = embed("\"input\": [\"the cat sat\", \"a\", \"the cat sat\"]");

        assertThat(answer.path("object").asText()).isEqualTo("list");
        assertThat(answer.path("model").asText()).isEqualTo("tiny");
        assertThat(answer.path("data").findValuesAsText("index")).containsExactly("0", "1", "2");
        JsonNode vector = answer.at("/data/0/embedding");
        assertThat(vector).hasSize(24);
        double square = 0;
        for (JsonNode component : vector) {
            square += component.asDouble() * component.asDouble();
        }
        assertThat(square).isCloseTo(1, within(1e-5));
        assertThat(answer.at("/data/1/embedding")).isNotEqualTo(vector);
        assertThat(answer.path("usage")).hasToString("{\"prompt_tokens\":13,\"total_tokens\":13}");
        assertThat(embed("\"input\": [2, 5, 6, 7, 3]").at("/data/0/embedding/0").asDouble())
                .isCloseTo(vector.path(0).asDouble(), within(1e-6));
    }

    @Test
    void base64HoldsTheSameNumbers() throws Exception {
        double first = embed("\"input\": \"a\"").at("/data/0/embedding/0").asDouble();

        byte[] bytes = Base64.getDecoder()
                .decode(embed("\"input\": \"a\", \"encoding_format\": \"base64\"")
                        .at("/data/0/embedding")
                        .asText());

        assertThat(bytes).hasSize(24 * Float.BYTES);
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat())
                .isCloseTo((float) first, within(1e-6f));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "user": "x"                              | input           | input is required
        "input": ""                              | input           | input must not be empty
        "input": [99]                            | input           | input must be text or token ids from 0 to 16
        "input": "a", "dimensions": 8            | dimensions      | this model's vectors have 24 dimensions, no others
        "input": "a", "encoding_format": "int8"  | encoding_format | encoding_format must be float or base64
        "input": ["a", "at at at at at at at at at at at at at at at at at at at at at at at at at at at at at at at"] | input | This model's maximum input length is 32 tokens, but input 1 has 33. Please reduce its length.
        """)
    void whatCannotBeEmbeddedIsRefusedByName(String fields, String parameter, String message) throws Exception {
        HttpResponse<String> response = server.post("/v1/embeddings", "{\"model\": \"tiny\", " + fields + "}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(response.body()).at("/error/param").asText()).isEqualTo(parameter);
        assertThat(TestServer.json(response.body()).at("/error/message").asText())
                .isEqualTo(message);
    }

    @Test
    void textIsNotGeneratedAndTheAnswerSaysWhy() throws Exception {
        HttpResponse<String> response = server.post("/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"a\"}");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("This model embeds texts; it cannot generate any.");
    }

    @Test
    void whatWasReadIsCounted() throws Exception {
        embed("\"input\": \"a\"");

        assertThat(server.get("/metrics").body())
                .contains("vllm:num_requests_waiting{engine=\"0\",model_name=\"tiny\"}")
                .contains("vllm:prompt_tokens_total{engine=\"0\",model_name=\"tiny\"}");
    }

    private JsonNode embed(String fields) throws Exception {
        HttpResponse<String> response = server.post("/v1/embeddings", "{\"model\": \"tiny\", " + fields + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestServer.json(response.body());
    }
}
