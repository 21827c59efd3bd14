package dev.plinth.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plinth.engine.Engine;
import dev.plinth.engine.Precision;
import dev.plinth.engine.Torch;
import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.weights.Safetensors;
import dev.plinth.engine.weights.SafetensorsWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An adapter's scores are those of a model into whose weights it was merged: W + scale x B A. */
class AdaptedEngineTest {
    private static final List<Integer> TEXT =
            IntStream.range(0, 40).map(i -> i * 7 % 60).boxed().toList();
    private static final List<Integer> BLOCKS = List.of(5, 1, 3);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"llama-biases", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "mixtral", "qwen3-moe"})
    void scoresEqualThoseOfMergedWeights(String family) throws Exception {
        Model model = Model.of(family);
        Adapter adapter = model.adapter(folder, 1, 4, 1);
        try (Engine engine = model.engine(Precision.FLOAT32);
                Engine merged = model.merged(adapter, Precision.FLOAT32)) {
            float[] plain = scores(engine, 0);
            load(engine, 3, adapter);

            assertThat(scores(engine, 3)).containsExactly(scores(merged, 0), within(1e-4f));
            assertThat(scores(engine, 0)).isEqualTo(plain);
            assertThat(distance(plain, scores(engine, 3))).isGreaterThan(0.01);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-biases", "qwen3", "gemma2"})
    void inEightBitsTheyAreAsNearToThoseAsTheModelIsToItself(String family) throws Exception {
        Model model = Model.of(family);
        Adapter adapter = model.adapter(folder, 1, 4, 1);
        try (Engine engine = model.engine(Precision.INT8);
                Engine merged = model.merged(adapter, Precision.FLOAT32);
                Engine exact = model.engine(Precision.FLOAT32)) {
            load(engine, 1, adapter);

            double roundingOfTheModel = distance(scores(engine, 0), scores(exact, 0));
            assertThat(distance(scores(engine, 1), scores(merged, 0))).isLessThan(2 * roundingOfTheModel + 0.01);
        }
    }

    @Test
    void ofManyAdaptersInOneStepEachChangesItsOwnRowsAndNoOthersByASingleBit() throws Exception {
        Model model = Model.of("qwen3");
        try (Engine engine = model.engine(Precision.INT8)) {
            for (int number = 1; number <= 6; number++) {
                load(engine, number, model.adapter(folder, number, 2 * number, number));
            }
            List<Engine.Row> rows = IntStream.range(0, 14)
                    .mapToObj(i -> new Engine.Row(TEXT.subList(i, i + 1 + i % 3), 0, List.of(20 + i), true, i % 7))
                    .toList();

            List<float[]> together = engine.step(List.of(), rows).stream()
                    .map(Engine.Scores::logits)
                    .toList();

            for (int i = 0; i < rows.size(); i++) {
                float[] alone =
                        engine.step(List.of(), List.of(rows.get(i))).getFirst().logits();
                assertThat(together.get(i)).as("row %d", i).isEqualTo(alone);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void anAdapterTakesThePlaceOfTheOneThatWasThere(Precision precision) throws Exception {
        Model model = Model.of("qwen2");
        try (Engine engine = model.engine(precision)) {
            load(engine, 1, model.adapter(folder, 1, 4, 1));
            load(engine, 1, model.adapter(folder, 2, 8, 0.5));
            load(engine, 2, model.adapter(folder, 2, 8, 0.5));

            assertThat(scores(engine, 1)).isEqualTo(scores(engine, 2));
        }
    }

    @Test
    void anAdapterOfAnotherBaseIsRefusedByTheTensorThatTells() throws Exception {
        Adapter foreign = Model.of("gemma").adapter(folder, 1, 4, 1);
        try (Engine engine = Model.of("qwen2").engine(Precision.INT8);
                Engine gpt2 = Model.of("gpt2").engine(Precision.INT8)) {
            assertThatThrownBy(() -> engine.checkAdapter(foreign))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the adapter was made for another base model")
                    .hasMessageContaining("_proj");
            assertThatThrownBy(() -> load(engine, 1, foreign)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> gpt2.checkAdapter(foreign)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"peft_type\": \"IA3\", \"r\": 4}",
                "{\"peft_type\": \"LORA\", \"r\": 0}",
                "{\"peft_type\": \"LORA\", \"r\": 4, \"use_dora\": true}",
                "{\"peft_type\": \"LORA\", \"r\": 4, \"bias\": \"all\"}",
                "{\"peft_type\": \"LORA\", \"r\": 4, \"modules_to_save\": [\"lm_head\"]}",
                "{\"peft_type\": \"LORA\", \"r\": 4, \"rank_pattern\": {\"q_proj\": 8}}"
            })
    void anAdapterOfAnotherKindIsRefusedByTheField(String config) throws Exception {
        Files.writeString(folder.resolve(Adapter.CONFIG), config);

        assertThatThrownBy(() -> Adapter.read(1, "x", folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("adapter_config.json: ");
    }

    @Test
    void theScaleIsAlphaOverTheRankOrItsRoot() throws Exception {
        Files.writeString(folder.resolve(Adapter.CONFIG), "{\"peft_type\": \"LORA\", \"r\": 4, \"lora_alpha\": 16}");
        assertThat(Adapter.read(1, "x", folder).scale()).isEqualTo(4);
        Files.writeString(
                folder.resolve(Adapter.CONFIG),
                "{\"peft_type\": \"LORA\", \"r\": 4, \"lora_alpha\": 16, \"use_rslora\": true}");
        assertThat(Adapter.read(1, "x", folder).scale()).isEqualTo(8);
    }

    private static void load(Engine engine, int number, Adapter adapter) throws Exception {
        try (var prepared = engine.prepareAdapter(adapter)) {
            engine.putAdapter(number, prepared);
        }
    }

    private static float[] scores(Engine engine, int adapter) {
        return engine.step(List.of(), List.of(new Engine.Row(TEXT, 0, BLOCKS, true, adapter)))
                .getFirst()
                .logits();
    }

    /** The largest difference of two scores. */
    private static double distance(float[] a, float[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> Math.abs(a[i] - b[i]))
                .max()
                .orElseThrow();
    }

    private record Model(Path folder, DecoderConfig config) {
        static Model of(String family) throws Exception {
            Path folder = Path.of(AdaptedEngineTest.class
                    .getResource("/reference/families/" + family)
                    .toURI());
            return new Model(folder, ConfigReader.read(folder.resolve("config.json")));
        }

        Engine engine(Precision precision) throws Exception {
            try (Safetensors weights = Safetensors.open(folder)) {
                return new DecoderEngine(config, weights::load, Torch.start(1), precision, 64, 42 * 16);
            }
        }

        Engine merged(Adapter adapter, Precision precision) throws Exception {
            try (Safetensors weights = Safetensors.open(folder);
                    var added = adapter.open()) {
                DecoderWeights.Source source = (name, manager) -> {
                    NDArray weight = weights.load(name, manager);
                    String map = "base_model.model." + name.replace(".weight", "");
                    if (!added.tensors().containsKey(map + ".lora_A.weight")) {
                        return weight;
                    }
                    NDArray product = added.load(map + ".lora_B.weight", manager)
                            .matMul(added.load(map + ".lora_A.weight", manager));
                    return weight.add(product.mul(adapter.scale()));
                };
                return new DecoderEngine(config, source, Torch.start(1), precision, 64, 42 * 16);
            }
        }

        /** Changes most maps at random; the first one changes all. */
        Adapter adapter(Path parent, int seed, int rank, double scale) throws Exception {
            Path written = parent.resolve("adapter" + seed + "-" + rank);
            Random random = new Random(seed);
            if (!Files.exists(written)) {
                Files.createDirectory(written);
                Files.writeString(
                        written.resolve(Adapter.CONFIG),
                        "{\"peft_type\": \"LORA\", \"r\": %d, \"lora_alpha\": %s}".formatted(rank, scale * rank));
                try (NDManager manager = Torch.start(1)) {
                    SequencedMap<String, NDArray> tensors = new LinkedHashMap<>();
                    for (int layer = 0; layer < config.layers(); layer++) {
                        for (Map.Entry<String, DecoderWeights.LinearMap> map :
                                DecoderWeights.of(config).adaptable(layer).entrySet()) {
                            if (seed == 1 || random.nextInt(4) > 0) {
                                String name = "base_model.model." + map.getKey();
                                Shape shape = map.getValue().shape();
                                tensors.put(name + ".lora_A.weight", random(manager, random, rank, shape.get(1)));
                                tensors.put(name + ".lora_B.weight", random(manager, random, shape.get(0), rank));
                            }
                        }
                    }
                    SafetensorsWriter.write(written.resolve(Adapter.WEIGHTS), tensors);
                }
            }
            return Adapter.read(seed, "adapter" + seed, written);
        }

        private static NDArray random(NDManager manager, Random random, long rows, long columns) {
            float[] numbers = new float[(int) (rows * columns)];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) random.nextGaussian() * 0.1f;
            }
            return manager.create(numbers, new Shape(rows, columns));
        }
    }
}
