package dev.plinth.engine.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.plinth.engine.Torch;
import dev.plinth.engine.generation.EngineClosedException;
import dev.plinth.engine.generation.QueueFullException;
import dev.plinth.engine.weights.Safetensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against what transformers computed on a small random model; {@code src/test/reference/tiny_bert.py} recorded it. */
class TextEncoderTest {
    private static final List<String> TEXTS = List.of("the cat sat", "A dog barks at the cats!", "unknown wörds", "a");

    @Test
    void textsBecomeTheTokensAndVectorsOfTheReferenceAloneAndTogether() throws Exception {
        try (TextEncoder encoder = TextEncoder.load(folder(), 1);
                NDManager scratch = Torch.start(1);
                Safetensors recorded = Safetensors.open(folder().resolve("reference.safetensors"))) {
            List<List<Integer>> all = new ArrayList<>();
            for (int i = 0; i < TEXTS.size(); i++) {
                List<Integer> tokens = tokens(encoder, TEXTS.get(i));
                float[] expected = recorded.tensor("tokens." + i).load(scratch).toFloatArray();
                assertThat(tokens)
                        .isEqualTo(IntStream.range(0, expected.length)
                                .mapToObj(t -> (int) expected[t])
                                .toList());
                all.add(tokens);
            }
            List<float[]> together = encoder.embed(all);
            for (int i = 0; i < TEXTS.size(); i++) {
                float[] vector = recorded.tensor("vector." + i).load(scratch).toFloatArray();
                assertThat(together.get(i)).containsExactly(vector, within(1e-5f));
                assertThat(encoder.embed(List.of(all.get(i))).getFirst()).containsExactly(vector, within(1e-5f));
            }
        }
    }

    @Test
    void manyTextsAtOnceAreAnsweredInTheirOrder() throws Exception {
        try (Embedder embedder = new Embedder(TextEncoder.load(folder(), 1), 10)) {
            List<List<Integer>> texts = IntStream.range(0, 500)
                    .mapToObj(i -> List.of(2, 5 + i % 10, 3))
                    .toList();

            List<float[]> vectors = embedder.submit(texts).join();

            assertThat(vectors).hasSize(500);
            assertThat(vectors.get(477)).containsExactly(vectors.get(7), within(1e-5f));
            assertThat(vectors.get(8)).isNotEqualTo(vectors.get(7));
        }
    }

    @Test
    void moreTextsThanMayWaitAreRefusedAndNoneAfterTheEnd() throws Exception {
        Embedder embedder = new Embedder(TextEncoder.load(folder(), 1), 1);
        List<List<Integer>> long1 =
                IntStream.range(0, 5000).mapToObj(i -> List.of(2, 5, 3)).toList();
        var first = embedder.submit(long1);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000 && !first.isDone(); i++) {
                        embedder.submit(List.of(List.of(2, 3), List.of(2, 3)));
                    }
                })
                .isInstanceOf(QueueFullException.class);
        embedder.close();
        assertThatThrownBy(() -> embedder.submit(List.of(List.of(2, 3)))).isInstanceOf(EngineClosedException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        config.json           | "gelu"                            | "relu"                            | hidden_act is "relu": only "gelu" is supported
        config.json           | "num_attention_heads": 3          | "num_attention_heads": 5          | hidden_size (24) must be a multiple of num_attention_heads (5)
        config.json           | "vocab_size": 17                  | "vocab_size": 18                  | but the configuration asks for (18, 24)
        1_Pooling/config.json | "pooling_mode_cls_token": false   | "pooling_mode_cls_token": true    | exactly one of pooling_mode_mean_tokens and pooling_mode_cls_token
        """)
    void whatIsNotComputedIsRefusedByName(String file, String field, String instead, String message, @TempDir Path copy)
            throws Exception {
        for (String name : List.of("config.json", "model.safetensors", "tokenizer.json", "1_Pooling/config.json")) {
            Files.createDirectories(copy.resolve(name).getParent());
            Files.copy(folder().resolve(name), copy.resolve(name));
        }
        Files.writeString(
                copy.resolve(file), Files.readString(copy.resolve(file)).replace(field, instead));

        assertThatThrownBy(() -> TextEncoder.load(copy, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static List<Integer> tokens(TextEncoder encoder, String text) {
        return IntStream.of(encoder.tokenizer().encodeFromBeginning(text))
                .boxed()
                .toList();
    }

    private static Path folder() throws Exception {
        return Path.of(TextEncoderTest.class.getResource("/reference/tiny-bert").toURI());
    }
}
