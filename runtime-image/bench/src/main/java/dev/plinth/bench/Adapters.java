package dev.plinth.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plinth.bench.Figures.Better;
import dev.plinth.engine.Engine;
import dev.plinth.engine.LanguageModel;
import dev.plinth.engine.ModelLoader;
import dev.plinth.engine.Precision;
import dev.plinth.engine.Torch;
import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.weights.SafetensorsWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** What adapters cost: steps of eight rows with none, with one and with eight, of rank 16 on every map of SmolLM2. */
final class Adapters {
    private static final int ROWS = 8;
    private static final int RANK = 16;
    private static final int LAYERS = 30;
    private static final int STEPS = 40;

    private final Path model;
    private final EngineBench.Text text;
    private final Figures figures;

    Adapters(Path model, EngineBench.Text text, Figures figures) {
        this.model = model;
        this.text = text;
        this.figures = figures;
    }

    void measure() throws Exception {
        ModelLoader.Settings settings =
                new ModelLoader.Settings(OptionalInt.of(1), 256, Precision.INT8, OptionalInt.of(ROWS * 256), ROWS);
        try (LanguageModel loaded = new ModelLoader(settings).load(model)) {
            Engine engine = loaded.engine();
            Adapter adapter = write(Files.createTempDirectory("adapter"));
            long start = System.nanoTime();
            for (int number = 1; number <= ROWS; number++) {
                try (var prepared = engine.prepareAdapter(adapter)) {
                    engine.putAdapter(number, prepared);
                }
            }
            double milliseconds = (System.nanoTime() - start) / 1e6 / ROWS;
            figures.note("an adapter of rank 16 loaded", milliseconds, "ms", Better.LOWER, "");
            double none = step(engine, row -> 0);
            figures.note("a step of 8 rows without adapters", none, "ms", Better.LOWER, "");
            figures.note("with one for all rows / without", step(engine, row -> 1) / none, "ratio", Better.LOWER, "");
            figures.note(
                    "with one for each row / without", step(engine, row -> row + 1) / none, "ratio", Better.LOWER, "");
        }
    }

    /** What requests without adapters feel while others have eight loaded, one after the other. */
    void loading() throws Exception {
        Adapter adapter = write(Files.createTempDirectory("adapter"));
        try (PlinthSide side = new PlinthSide(model, Precision.INT8, 1, ROWS + 1, 512)) {
            List<String> prompts = text.prompts(ROWS, 32, 0);
            side.run(prompts, 4);
            List<Double> undisturbed = Serving.gaps(side.run(prompts, 200));
            List<CompletableFuture<Side.Times>> decoding = new ArrayList<>();
            for (String prompt : prompts) {
                decoding.add(side.send(prompt, 300));
            }
            List<Double> toFirst = new ArrayList<>();
            for (int id = 1; id <= ROWS; id++) {
                Adapter another = new Adapter(
                        id, "random" + id, adapter.folder(), adapter.rank(), adapter.scale(), adapter.loaded());
                toFirst.add(side.send("To be", 1, Optional.of(another)).get().secondsToFirst());
            }
            long loaded = System.nanoTime();
            List<Double> disturbed = new ArrayList<>();
            for (CompletableFuture<Side.Times> answer : decoding) {
                List<Long> moments = answer.get().tokens();
                for (int i = 1; i < moments.size() && moments.get(i) < loaded; i++) {
                    disturbed.add((moments.get(i) - moments.get(i - 1)) / 1e9);
                }
            }
            double p99 = Serving.p99(undisturbed);
            figures.note("p99 token to token of 8, undisturbed", p99, "s", Better.LOWER, "");
            figures.note("p99 token to token while adapters load", Serving.p99(disturbed), "s", Better.LOWER, "");
            figures.note("the longest wait for a token while they load", max(disturbed), "s", Better.LOWER, "");
            figures.add("disturbed / undisturbed", Serving.p99(disturbed) / p99, "ratio", 2, Better.LOWER, "p99");
            figures.note("time to first token with an adapter to load", max(toFirst), "s", Better.LOWER, "");
        }
    }

    private static double max(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /** The best of many, in milliseconds. */
    private static double step(Engine engine, IntUnaryOperator adapter) {
        double best = Double.MAX_VALUE;
        for (int step = 0; step < STEPS; step++) {
            int position = step;
            List<Engine.Row> rows = IntStream.range(0, ROWS)
                    .mapToObj(row -> new Engine.Row(
                            List.of(100 + row),
                            position,
                            List.of(3 * row, 3 * row + 1, 3 * row + 2),
                            true,
                            adapter.applyAsInt(row)))
                    .toList();
            long start = System.nanoTime();
            engine.step(List.of(), rows);
            best = Math.min(best, (System.nanoTime() - start) / 1e6);
        }
        return best;
    }

    private static Adapter write(Path folder) throws Exception {
        Files.writeString(
                folder.resolve(Adapter.CONFIG),
                "{\"peft_type\": \"LORA\", \"r\": %d, \"lora_alpha\": %d}".formatted(RANK, RANK));
        try (NDManager manager = Torch.start(1)) {
            SequencedMap<String, NDArray> tensors = new LinkedHashMap<>();
            Random random = new Random(1);
            for (int layer = 0; layer < LAYERS; layer++) {
                String prefix = "base_model.model.model.layers." + layer + ".";
                add(tensors, manager, random, prefix + "self_attn.q_proj", 576, 576);
                add(tensors, manager, random, prefix + "self_attn.k_proj", 576, 192);
                add(tensors, manager, random, prefix + "self_attn.v_proj", 576, 192);
                add(tensors, manager, random, prefix + "self_attn.o_proj", 576, 576);
                add(tensors, manager, random, prefix + "mlp.gate_proj", 576, 1536);
                add(tensors, manager, random, prefix + "mlp.up_proj", 576, 1536);
                add(tensors, manager, random, prefix + "mlp.down_proj", 1536, 576);
            }
            SafetensorsWriter.write(folder.resolve(Adapter.WEIGHTS), tensors);
        }
        return Adapter.read(1, "random", folder);
    }

    private static void add(
            SequencedMap<String, NDArray> tensors, NDManager manager, Random random, String map, int in, int out) {
        tensors.put(map + ".lora_A.weight", random(manager, random, RANK, in));
        tensors.put(map + ".lora_B.weight", random(manager, random, out, RANK));
    }

    private static NDArray random(NDManager manager, Random random, int rows, int columns) {
        float[] numbers = new float[rows * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian() * 0.01f;
        }
        return manager.create(numbers, new Shape(rows, columns));
    }
}
