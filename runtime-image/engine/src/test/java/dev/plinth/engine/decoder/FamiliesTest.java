package dev.plinth.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plinth.engine.Engine;
import dev.plinth.engine.Precision;
import dev.plinth.engine.Torch;
import dev.plinth.engine.weights.Safetensors;
import dev.plinth.engine.weights.Tensor;
import dev.plinth.engine.weights.TensorFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what transformers computed on small random models; {@code src/test/reference/tiny_families.py} recorded it. */
class FamiliesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama-biases",
                "llama-dynamic",
                "llama-linear",
                "llama-llama3",
                "llama-longrope",
                "llama-odd",
                "llama-yarn",
                "mistral",
                "mistral-tied",
                "phi3",
                "phi3-longrope",
                "qwen2",
                "qwen2-window",
                "qwen3",
                "qwen3-yarn",
                "gemma",
                "gemma2",
                "gemma2-odd",
                "mixtral",
                "qwen3-moe",
                "gpt2"
            })
    void scoresEqualThoseOfTransformersWhereverTheTextIsCut(String family) throws Exception {
        try (Recorded recorded = Recorded.open(family);
                Engine engine = recorded.engine(Precision.FLOAT32)) {
            // A prompt of 17, longer than any window, a part of 5, then one by one; the blocks do not follow each
            // other.
            for (int from = 0, to = 17; to <= 40; from = to, to = to == 17 ? 22 : to + 1) {
                assertThat(scores(engine, recorded.text().subList(from, to), from))
                        .as("after %d tokens", to)
                        .containsExactly(recorded.logits().get(to - 1L).toFloatArray(), within(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama-biases",
                "llama-odd",
                "phi3-longrope",
                "qwen2",
                "qwen3",
                "gemma",
                "gemma2",
                "gemma2-odd",
                "mixtral",
                "qwen3-moe",
                "gpt2"
            })
    void eightBitsKeepTheOrderOfTheScores(String family) throws Exception {
        try (Recorded recorded = Recorded.open(family);
                Engine engine = recorded.engine(Precision.INT8)) {
            float[] exact = recorded.logits().get(39).toFloatArray();

            assertThat(correlation(scores(engine, recorded.text(), 0), exact)).isGreaterThan(0.99);
        }
    }

    /** Against the same program in floats, whose scores are those of transformers. */
    @ParameterizedTest
    @ValueSource(strings = {"llama-odd", "gemma", "gemma2", "gemma2-odd", "phi3-longrope"})
    void eightBitsChangeThePerplexityByLessThanOnePercent(String family) throws Exception {
        try (Recorded recorded = Recorded.open(family);
                DecoderEngine engine = recorded.engine(Precision.INT8);
                DecoderEngine exact = recorded.engine(Precision.FLOAT32)) {
            double change = perplexity(engine, recorded.text()) / perplexity(exact, recorded.text()) - 1;

            assertThat(Math.abs(change)).as("of " + change).isLessThan(0.01);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-odd", "qwen2-window", "qwen3", "gemma2", "mixtral", "qwen3-moe", "phi3", "gpt2"})
    void sixteenBitsKeepTheOrderOfTheScores(String family) throws Exception {
        try (Recorded recorded = Recorded.open(family);
                Engine engine = recorded.engine(Precision.BFLOAT16)) {
            float[] exact = recorded.logits().get(39).toFloatArray();

            assertThat(correlation(scores(engine, recorded.text(), 0), exact)).isGreaterThan(0.999);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-odd", "gemma2", "mixtral", "gpt2"})
    void sixteenBitsChangeThePerplexityByLessThanHalfAPercent(String family) throws Exception {
        try (Recorded recorded = Recorded.open(family);
                DecoderEngine engine = recorded.engine(Precision.BFLOAT16);
                DecoderEngine exact = recorded.engine(Precision.FLOAT32)) {
            double change = perplexity(engine, recorded.text()) / perplexity(exact, recorded.text()) - 1;

            assertThat(Math.abs(change)).as("of " + change).isLessThan(0.005);
        }
    }

    /** As a GPU attends, computed here. */
    @ParameterizedTest
    @ValueSource(strings = {"llama-odd", "qwen2-window", "qwen3", "gemma2", "mixtral", "gpt2"})
    void rowsThatAttendTogetherHaveTheScoresOfRowsThatAttendAlone(String family) throws Exception {
        try (Recorded recorded = Recorded.open(family);
                Engine alone = recorded.engine(Precision.FLOAT32, false);
                Engine together = recorded.engine(Precision.FLOAT32, true)) {
            List<Integer> text = recorded.text();
            List<Engine.Row> prompts = List.of(
                    new Engine.Row(text.subList(0, 40), 0, List.of(5, 1, 3), false),
                    new Engine.Row(text.subList(0, 3), 0, List.of(8), false),
                    new Engine.Row(text.subList(0, 17), 0, List.of(10, 11), true));
            // One token of each, two tokens of one as rows that follow each other, a prompt between them, and one at
            // its beginning.
            List<Engine.Row> next = List.of(
                    new Engine.Row(List.of(7), 40, List.of(5, 1, 3), true),
                    new Engine.Row(text.subList(0, 9), 0, List.of(20), true),
                    new Engine.Row(List.of(9), 3, List.of(8), true),
                    new Engine.Row(List.of(11), 4, List.of(8), true),
                    new Engine.Row(List.of(13), 17, List.of(10, 11), false),
                    new Engine.Row(List.of(2), 0, List.of(30), true));

            assertClose(logits(together, prompts), logits(alone, prompts));
            assertClose(logits(together, next), logits(alone, next));
        }
    }

    private static void assertClose(List<float[]> actual, List<float[]> expected) {
        for (int row = 0; row < expected.size(); row++) {
            assertThat(actual.get(row)).as("row %d", row).containsExactly(expected.get(row), within(1e-5f));
        }
    }

    private static List<float[]> logits(Engine engine, List<Engine.Row> rows) {
        return engine.step(List.of(), rows).stream().map(Engine.Scores::logits).toList();
    }

    private static double perplexity(DecoderEngine engine, List<Integer> text) {
        var row = new Engine.Row(text.subList(0, text.size() - 1), 0, List.of(0, 1, 2), false);
        return Math.exp(-engine.judge(row, text.subList(1, text.size())).stream()
                .mapToDouble(DecoderEngine.Judgement::logprob)
                .average()
                .orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2-window", "qwen3", "gemma2", "mixtral", "qwen3-moe", "gpt2"})
    void neighboursDoNotChangeTheScoresByASingleBit(String family) throws Exception {
        try (Recorded recorded = Recorded.open(family);
                Engine engine = recorded.engine(Precision.INT8)) {
            Engine.Row text = new Engine.Row(recorded.text(), 0, List.of(0, 1, 2), true);
            Engine.Row next = new Engine.Row(List.of(7), 40, List.of(0, 1, 2), true);
            float[] alone = engine.step(List.of(), List.of(text)).getFirst().logits();
            float[] nextAlone = engine.step(List.of(), List.of(next)).getFirst().logits();

            List<Engine.Row> neighbours = IntStream.range(1, 40)
                    .mapToObj(i -> new Engine.Row(List.of(i, i * 3 % 64), 0, List.of(2 + i), false))
                    .toList();

            assertThat(besides(engine, text, neighbours)).isEqualTo(alone);
            assertThat(besides(engine, next, neighbours)).isEqualTo(nextAlone);
        }
    }

    private static float[] besides(Engine engine, Engine.Row row, List<Engine.Row> neighbours) {
        List<Engine.Row> all = new ArrayList<>(neighbours);
        all.add(20, row);
        return engine.step(List.of(), all).getFirst().logits();
    }

    @Test
    void aFileOfGpt2MayLeaveOutTheNameOfTheModelAroundIt() throws Exception {
        try (Recorded recorded = Recorded.open("gpt2");
                Safetensors file = Safetensors.open(recorded.folder())) {
            DecoderConfig config = ConfigReader.read(recorded.folder().resolve("config.json"));
            SequencedMap<String, Tensor> bare = new LinkedHashMap<>();
            file.tensors().forEach((name, tensor) -> bare.put(name.replace("transformer.", ""), tensor));
            TensorFile named = DecoderWeights.named(config, new TensorFile() {
                @Override
                public SequencedMap<String, Tensor> tensors() {
                    return bare;
                }

                @Override
                public void close() {}
            });

            assertThat(named.tensors().keySet()).isEqualTo(file.tensors().keySet());
        }
    }

    @Test
    void aFileWithParametersThatTheConfigurationDoesNotSayIsRefusedByTheirName() throws Exception {
        DecoderConfig plain = config("llama-odd");
        try (Recorded recorded = Recorded.open("llama-biases");
                Safetensors biased = Safetensors.open(recorded.folder())) {
            ObjectNode json = (ObjectNode) new ObjectMapper()
                    .readTree(recorded.folder().resolve("config.json").toFile());
            DecoderConfig silent = ConfigReader.of(json.put("attention_bias", false));

            assertThatThrownBy(() -> DecoderWeights.of(silent).check(biased))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(".*\"model.layers.0.self_attn.\\w+.bias\", but a model of this config.json.*");
            assertThatThrownBy(() -> DecoderWeights.of(plain).check(biased)).hasMessageContaining("has shape");
        }
    }

    @Test
    void mapsInOneThatHaveOtherRowsThanTheConfigurationAsksForAreRefused() throws Exception {
        try (Recorded recorded = Recorded.open("phi3");
                Safetensors file = Safetensors.open(recorded.folder())) {
            ObjectNode json = (ObjectNode) new ObjectMapper()
                    .readTree(recorded.folder().resolve("config.json").toFile());
            DecoderConfig fewer = ConfigReader.of(json.put("num_key_value_heads", 2));

            assertThatThrownBy(() -> DecoderWeights.named(fewer, file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("qkv_proj.weight");
        }
    }

    private static DecoderConfig config(String family) throws Exception {
        try (Recorded recorded = Recorded.open(family)) {
            return ConfigReader.read(recorded.folder().resolve("config.json"));
        }
    }

    private static float[] scores(Engine engine, List<Integer> tokens, int position) {
        List<Integer> blocks = List.of(5, 1, 3);
        return engine.step(List.of(), List.of(new Engine.Row(tokens, position, blocks, true)))
                .getFirst()
                .logits();
    }

    private static double correlation(float[] a, float[] b) {
        double meanA =
                IntStream.range(0, a.length).mapToDouble(i -> a[i]).average().orElseThrow();
        double meanB =
                IntStream.range(0, b.length).mapToDouble(i -> b[i]).average().orElseThrow();
        double ab = IntStream.range(0, a.length)
                .mapToDouble(i -> (a[i] - meanA) * (b[i] - meanB))
                .sum();
        double aa = IntStream.range(0, a.length)
                .mapToDouble(i -> (a[i] - meanA) * (a[i] - meanA))
                .sum();
        double bb = IntStream.range(0, b.length)
                .mapToDouble(i -> (b[i] - meanB) * (b[i] - meanB))
                .sum();
        return ab / Math.sqrt(aa * bb);
    }

    private record Recorded(Path folder, List<Integer> text, NDArray logits, NDManager scratch)
            implements AutoCloseable {
        static Recorded open(String family) throws Exception {
            Path folder = Path.of(FamiliesTest.class
                    .getResource("/reference/families/" + family)
                    .toURI());
            NDManager scratch = Torch.start(1);
            try (Safetensors reference = Safetensors.open(folder.resolve("reference.safetensors"))) {
                List<Integer> text = new ArrayList<>();
                for (float token : reference.tensor("tokens").load(scratch).toFloatArray()) {
                    text.add((int) token);
                }
                return new Recorded(folder, text, reference.tensor("logits").load(scratch), scratch);
            }
        }

        DecoderEngine engine(Precision precision) throws Exception {
            return engine(precision, false);
        }

        DecoderEngine engine(Precision precision, boolean together) throws Exception {
            DecoderConfig config = ConfigReader.read(folder.resolve("config.json"));
            try (TensorFile weights = DecoderWeights.named(config, Safetensors.open(folder))) {
                DecoderWeights.of(config).check(weights);
                return new DecoderEngine(config, weights::load, Torch.start(1), precision, 64, 42 * 16, together);
            }
        }

        @Override
        public void close() {
            scratch.close();
        }
    }
}
