package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A real embedding model. */
class MiniLmServingIT {
    @Test
    void vectorsAreThoseOfTransformersAndAlikeTextsLieTogether() throws Exception {
        try (TestServer server = new TestServer(Fetched.by("fetch-minilm.sh"), 2, 16)) {
            server.server.load();

            JsonNode data =
                    TestServer.json(server.post("/v1/embeddings", """
                        {"model": "tiny", "input": ["The capital of France is Paris.", "Paris is France's capital city.", "Dough must rest for an hour."]}\
                        """).body()).path("data");

            // As transformers 4.56.2 computes the first.
            List<Double> first = List.of(0.103257, 0.030420, 0.029096, -0.037323, 0.078676, -0.054723);
            for (int i = 0; i < first.size(); i++) {
                assertThat(data.path(0).path("embedding").path(i).asDouble()).isCloseTo(first.get(i), within(1e-5));
            }
            assertThat(cosine(data, 0, 1)).isGreaterThan(0.9);
            assertThat(cosine(data, 0, 2)).isLessThan(0.2);
        }
    }

    private static double cosine(JsonNode data, int one, int other) {
        double sum = 0;
        for (int i = 0; i < data.path(one).path("embedding").size(); i++) {
            sum += data.path(one).path("embedding").path(i).asDouble()
                    * data.path(other).path("embedding").path(i).asDouble();
        }
        return sum;
    }
}
