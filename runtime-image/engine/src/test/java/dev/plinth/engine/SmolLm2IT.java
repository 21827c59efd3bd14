package dev.plinth.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real model, against what transformers recorded of it ({@code src/test/reference/smollm2.py}). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmolLm2IT {
    private LanguageModel model;

    @BeforeAll
    void load() throws Exception {
        model = new ModelLoader(ModelLoader.Settings.of(Precision.FLOAT32)).load(fetch());
    }

    @AfterAll
    void close() {
        if (model != null) {
            model.close();
        }
    }

    @ParameterizedTest
    @MethodSource("prompts")
    void theTextBecomesTheSameTokens(JsonNode recorded) {
        assertThat(model.tokenizer().encode(recorded.path("text").asText()))
                .containsExactly(ids(recorded.path("prompt")));
    }

    @ParameterizedTest
    @MethodSource("prompts")
    void greedyDecodingGivesTheSameTokens(JsonNode recorded) {
        int[] expected = ids(recorded.path("tokens"));
        List<Integer> generated = new ArrayList<>();
        List<Integer> blocks = IntStream.range(0, 64).boxed().toList();
        List<Integer> input =
                Arrays.stream(ids(recorded.path("prompt"))).boxed().toList();
        int position = 0;
        while (generated.size() < expected.length) {
            List<Engine.Scores> scores =
                    model.engine().step(List.of(), List.of(new Engine.Row(input, position, blocks, true)));
            position += input.size();
            input = List.of(scores.getFirst().likeliest());
            generated.addAll(input);
        }

        assertThat(generated)
                .containsExactlyElementsOf(Arrays.stream(expected).boxed().toList());
    }

    static Iterable<JsonNode> prompts() throws IOException {
        return new ObjectMapper().readTree(SmolLm2IT.class.getResourceAsStream("/reference/smollm2.json"));
    }

    private static int[] ids(JsonNode list) {
        int[] ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = list.path(i).asInt();
        }
        return ids;
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
