package dev.plinth.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plinth.engine.Engine;
import dev.plinth.engine.Engine.Row;
import dev.plinth.engine.Precision;
import dev.plinth.engine.TinyModel;
import dev.plinth.engine.Torch;
import dev.plinth.engine.llama.LlamaConfig;
import dev.plinth.engine.llama.LlamaWeights;
import dev.plinth.engine.weights.Safetensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderEngineTest {
    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama", "tiny-llama-tied"})
    void scoresEqualThoseOfTransformersWhereverTheTextIsCut(String name) throws Exception {
        Path folder = Path.of(
                DecoderEngineTest.class.getResource("/reference/" + name).toURI());
        DecoderConfig config = ConfigReader.read(folder.resolve("config.json"));
        try (Safetensors weights = Safetensors.open(folder);
                Safetensors reference = Safetensors.open(folder.resolve("reference.safetensors"));
                NDManager scratch = Torch.start(1);
                DecoderEngine engine =
                        new DecoderEngine(config, weights::load, Torch.start(1), Precision.FLOAT32, 128, 128)) {
            NDArray recorded = reference.tensor("tokens").load(scratch).get("0");
            List<Integer> text = new ArrayList<>();
            for (float token : recorded.toFloatArray()) {
                text.add((int) token);
            }
            NDArray logits = reference.tensor("logits").load(scratch).get("0");

            // A prompt of 7, a part of 5, then one by one.
            for (int from = 0, to = 7; to <= 40; from = to, to = to == 7 ? 12 : to + 1) {
                float[] scores = step(engine, text.subList(from, to), from, blocks(0, to));
                assertThat(scores).containsExactly(logits.get(to - 1L).toFloatArray(), within());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void whichBlocksASequenceHasDoesNotChangeItsScores(Precision precision) {
        try (DecoderEngine engine = TinyModel.engine(precision)) {
            float[] inPlace = step(engine, tokens(40), 0, blocks(0, 40));

            assertThat(step(engine, tokens(40), 0, List.of(9, 4, 7))).isEqualTo(inPlace);
            assertThat(step(engine, List.of(5), 40, List.of(9, 4, 7)))
                    .isEqualTo(step(engine, List.of(5), 40, List.of(0, 1, 2)));
        }
    }

    @Test
    void neighboursInAStepDoNotChangeASequencesScoresByASingleBit() {
        try (DecoderEngine engine = TinyModel.engine(Precision.INT8)) {
            float[] prompt = step(engine, tokens(32), 0, blocks(0, 48));
            float[] next = step(engine, List.of(7), 32, blocks(0, 48));

            List<Row> crowd = new ArrayList<>();
            crowd.add(new Row(tokens(32), 0, blocks(0, 48), true));
            for (int i = 1; i < 20; i++) {
                crowd.add(new Row(List.of(i * 11, 3), 0, List.of(10 + i), i % 3 == 0));
            }
            assertThat(engine.step(List.of(), crowd).getFirst().logits()).isEqualTo(prompt);
            crowd.set(0, new Row(List.of(7), 32, blocks(0, 48), true));
            assertThat(engine.step(List.of(), crowd).getFirst().logits()).isEqualTo(next);
        }
    }

    /** Its 42 million numbers are packed in two pieces, those of half of it in one. */
    @Test
    void aHeadTooLargeForTheCacheGivesTheScoresOfEachOfItsRows() {
        try (NDManager manager = Torch.start(1)) {
            NDArray embedding = manager.randomNormal(0, 0.02f, new Shape(20_480, 2048), DataType.FLOAT32);

            float[] half = scoresUnderHead(embedding.get("0:10240"));

            assertThat(Arrays.copyOf(scoresUnderHead(embedding), half.length)).isEqualTo(half);
        }
    }

    private static float[] scoresUnderHead(NDArray embedding) {
        NDManager manager = Torch.start(1);
        Map<String, NDArray> weights = new HashMap<>(LlamaWeights.initial(wide(8), manager, 7));
        weights.put("model.embed_tokens.weight", embedding.duplicate()); // the engine changes what it is given
        try (DecoderEngine engine = new DecoderEngine(
                DecoderConfig.of(wide((int) embedding.getShape().get(0))),
                (name, scratch) -> Objects.requireNonNull(weights.get(name)),
                manager,
                Precision.INT8,
                64,
                64)) {
            return step(engine, List.of(3, 1, 4), 0, List.of(0));
        }
    }

    private static LlamaConfig wide(int vocabulary) {
        return new LlamaConfig(vocabulary, 2048, 32, 1, 2, 1, 8, 1e-5f, 10_000, 64, true, List.of(), List.of());
    }

    @Test
    void valuesAreKeptFinerThanEightBitsOfTheirWeights() {
        float[] exact = valuesOfFirstLayer(Precision.FLOAT32);
        float[] fast = valuesOfFirstLayer(Precision.INT8);

        // Their basis is another, but their lengths are the same; rounding once to 8 bits is off by some thousandths.
        for (int from = 0; from < exact.length; from += TinyModel.CONFIG.headSize()) {
            assertThat(length(fast, from) / length(exact, from)).isCloseTo(1, offset(2e-4));
        }
    }

    private static float[] valuesOfFirstLayer(Precision precision) {
        try (DecoderEngine engine = TinyModel.engine(precision)) {
            step(engine, tokens(DecoderEngine.BLOCK_TOKENS), 0, List.of(0));
            FloatBuffer block = ByteBuffer.wrap(engine.read(0))
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            float[] values = new float
                    [DecoderEngine.BLOCK_TOKENS * TinyModel.CONFIG.keyValueHeads() * TinyModel.CONFIG.headSize()];
            block.get(values.length, values); // its keys come before
            return values;
        }
    }

    private static double length(float[] values, int from) {
        double sum = 0;
        for (int i = from; i < from + TinyModel.CONFIG.headSize(); i++) {
            sum += (double) values[i] * values[i];
        }
        return Math.sqrt(sum);
    }

    @Test
    void severalPartsOfOneSequenceInAStepGiveWhatTheyGiveOneAfterTheOther() {
        try (DecoderEngine engine = TinyModel.engine(Precision.INT8)) {
            List<Integer> text = tokens(80);
            step(engine, text.subList(0, 32), 0, blocks(0, 80));
            step(engine, text.subList(32, 64), 32, blocks(0, 80));
            float[] apart = step(engine, text.subList(64, 80), 64, blocks(0, 80));

            List<Engine.Scores> together = engine.step(
                    List.of(),
                    List.of(
                            new Row(text.subList(0, 32), 0, blocks(10, 80), false),
                            new Row(text.subList(32, 64), 32, blocks(10, 80), false),
                            new Row(text.subList(64, 80), 64, blocks(10, 80), true)));

            assertThat(together).hasSize(1);
            assertThat(together.getFirst().logits()).isEqualTo(apart);
        }
    }

    @Test
    void aCopiedBlockIsAsGoodAsTheOriginal() {
        try (DecoderEngine engine = TinyModel.engine(Precision.INT8)) {
            step(engine, tokens(32), 0, blocks(0, 32));
            float[] original = step(engine, List.of(1), 32, List.of(0, 1, 2));

            float[] copy = engine.step(
                            List.of(new Engine.Copy(0, 20), new Engine.Copy(1, 21)),
                            List.of(new Row(List.of(1), 32, List.of(20, 21, 22), true)))
                    .getFirst()
                    .logits();

            assertThat(copy).isEqualTo(original);
        }
    }

    /** In 16 bits too, where they are packed on their way. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void aBlockThatWasReadAndWrittenElsewhereIsAsGoodAsTheOriginal(Precision precision) {
        try (DecoderEngine engine = TinyModel.engine(precision)) {
            step(engine, tokens(32), 0, blocks(0, 32));
            float[] original = step(engine, List.of(1), 32, List.of(0, 1, 2));

            byte[] first = engine.read(0);
            engine.write(20, first);
            engine.write(21, engine.read(1));

            assertThat(first).hasSize(Math.toIntExact(engine.pool().blockBytes()));
            assertThat(step(engine, List.of(1), 32, List.of(20, 21, 22))).isEqualTo(original);
        }
    }

    @Test
    void keysAndValuesIn16BitsTakeHalfTheMemory() {
        try (DecoderEngine half = TinyModel.engine(Precision.BFLOAT16);
                DecoderEngine whole = TinyModel.engine(Precision.FLOAT32)) {
            assertThat(2 * half.pool().blockBytes()).isEqualTo(whole.pool().blockBytes());
        }
    }

    @Test
    void noArrayOutlivesAStepOverThousandsOfSteps() {
        try (DecoderEngine engine = TinyModel.engine(Precision.INT8)) {
            step(engine, List.of(0), 0, blocks(0, 1));
            int afterOne = engine.arrays();
            for (int step = 0; step < 2000; step++) {
                step(engine, List.of(step % 256), step, blocks(0, step + 1));
            }
            assertThat(engine.arrays()).isEqualTo(afterOne);
        }
    }

    private static org.assertj.core.data.Offset<Float> within() {
        return org.assertj.core.data.Offset.offset(1e-4f);
    }

    private static float[] step(Engine engine, List<Integer> tokens, int position, List<Integer> blocks) {
        return engine.step(List.of(), List.of(new Row(tokens, position, blocks, true)))
                .getFirst()
                .logits();
    }

    private static List<Integer> blocks(int first, int tokens) {
        return IntStream.range(first, first + Math.ceilDiv(tokens, DecoderEngine.BLOCK_TOKENS))
                .boxed()
                .toList();
    }

    private static List<Integer> tokens(int count) {
        return IntStream.range(0, count).map(i -> i * 7 % 256).boxed().toList();
    }
}
