package dev.plinth.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.plinth.engine.Device;
import dev.plinth.engine.Engine;
import dev.plinth.engine.Precision;
import dev.plinth.engine.TorchProgram;
import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.weights.TensorFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A decoder through {@code decoder.py}: one call into libtorch a step, whatever the number of rows and layers. */
public final class DecoderEngine implements Engine {
    /** Attention reads 16 keys of a head as few whole cache lines and pages; vLLM's block is as long. */
    public static final int BLOCK_TOKENS = 16;

    /** How libtorch numbers 8-bit integers with a scale. */
    private static final long QINT8 = 12;

    private final DecoderConfig config;
    private final int maxSequenceLength;
    private final boolean together;
    private final Kept kept;
    private final KvPool pool;
    private final NDManager manager;
    private final TorchProgram program;
    private final IValue model;
    /** Holds what the last step gave. */
    private NDManager lastStep;

    /**
     * Loads the weights.
     *
     * @param source gives the tensors of {@link DecoderWeights#shapes}; asked once for each, a layer at a time. The arrays are the engine's
     *     from then on, which changes them
     * @param manager where the model is computed: everything lies on its device; closed with the engine
     * @param maxSequenceLength at most the model's own
     * @param cacheTokens how many tokens' keys and values the pool holds at least
     */
    public DecoderEngine(
            DecoderConfig config,
            DecoderWeights.Source source,
            NDManager manager,
            Precision precision,
            int maxSequenceLength,
            int cacheTokens) {
        this(
                config,
                source,
                manager,
                precision,
                maxSequenceLength,
                cacheTokens,
                manager.getDevice().isGpu());
    }

    /** @param together whether rows of one token attend in one operation, as they do on a GPU, or each alone, in place */
    DecoderEngine(
            DecoderConfig config,
            DecoderWeights.Source source,
            NDManager manager,
            Precision precision,
            int maxSequenceLength,
            int cacheTokens,
            boolean together) {
        this.config = config;
        this.together = together;
        this.kept = Kept.in(precision);
        this.manager = manager;
        this.lastStep = manager.newSubManager();
        this.maxSequenceLength = Math.min(maxSequenceLength, config.maxSequenceLength());
        int blocks = Math.ceilDiv(cacheTokens, BLOCK_TOKENS);
        this.pool = new KvPool(blocks, BLOCK_TOKENS, bytesPerToken(config, precision));
        this.program = TorchProgram.load(DecoderEngine.class, "decoder.py", manager);
        DecoderWeights weights = DecoderWeights.of(config);
        precision.checkOn(manager.getDevice().isGpu() ? Device.CUDA : Device.CPU);
        try (IValue frame = frame(precision)) {
            this.model = model(frame, weights, source);
        }
    }

    /** Keys and values of one token in all layers. */
    public static long bytesPerToken(DecoderConfig config, Precision precision) {
        DecoderConfig.Attention attention = config.attention();
        return 2L * Kept.in(precision).bytes() * config.layers() * attention.keyValueHeads() * attention.headSize();
    }

    @Override
    public int vocabularySize() {
        return config.vocabularySize();
    }

    @Override
    public int maxSequenceLength() {
        return maxSequenceLength;
    }

    @Override
    public KvPool pool() {
        return pool;
    }

    /** Arrays alive between steps; constant unless something leaks. */
    int arrays() {
        return manager.getManagedArrays().size();
    }

    @Override
    public List<Scores> step(List<Copy> copies, List<Row> rows) {
        copy(copies);
        if (rows.isEmpty()) {
            return List.of();
        }
        lastStep.close(); // its scores are read
        lastStep = manager.newSubManager();
        StepInputs inputs = new StepInputs(rows, pool.blockTokens(), together);
        try (NDManager scratch = manager.newSubManager();
                IValue result = program.run("step", model, scratch.create(inputs.lists()), inputs.rows())) {
            return scores(result);
        }
    }

    @Override
    public byte[] read(int block) {
        try (NDManager scratch = manager.newSubManager();
                IValue content = program.run("read", model, (long) block * BLOCK_TOKENS, (long) BLOCK_TOKENS)) {
            return kept.pack(content.toTensor((PtNDManager) scratch).toByteBuffer(true));
        }
    }

    @Override
    public void write(int block, byte[] content) {
        try (NDManager scratch = manager.newSubManager()) {
            ByteBuffer floats = scratch.allocateDirect(content.length / kept.bytes() * Float.BYTES);
            kept.unpack(content, floats);
            NDArray array = scratch.create(floats, new Shape(content.length / kept.bytes()), DataType.FLOAT32);
            program.run("write", model, (long) block * BLOCK_TOKENS, (long) BLOCK_TOKENS, array)
                    .close();
        }
    }

    @Override
    public void checkAdapter(Adapter adapter) throws IOException {
        try (TensorFile file = adapter.open()) {
            new AdapterWeights(adapter, file, DecoderWeights.of(config)).check(config.layers());
        }
    }

    @Override
    public PreparedAdapter prepareAdapter(Adapter adapter) throws IOException, InterruptedException {
        try (TensorFile file = adapter.open()) {
            AdapterWeights weights = new AdapterWeights(adapter, file, DecoderWeights.of(config));
            weights.check(config.layers());
            IValue prepared = withLayer(weights, 0, changes -> program.run("adapter", model, changes));
            try {
                for (int layer = 1; layer < config.layers(); layer++) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("an adapter was not loaded to its end");
                    }
                    withLayer(weights, layer, changes -> program.run("extend_adapter", model, prepared, changes))
                            .close();
                }
            } catch (InterruptedException | RuntimeException e) {
                prepared.close();
                throw e;
            }
            return new Prepared(prepared);
        }
    }

    private IValue withLayer(AdapterWeights weights, int layer, Function<Map<String, NDArray>, IValue> use) {
        try (NDManager scratch = manager.newSubManager()) {
            return use.apply(weights.layer(layer, scratch));
        }
    }

    private record Prepared(IValue layers) implements PreparedAdapter {
        @Override
        public void close() {
            layers.close();
        }
    }

    @Override
    public void putAdapter(int number, PreparedAdapter adapter) {
        program.run("put_adapter", model, (long) number, ((Prepared) adapter).layers())
                .close();
    }

    /** Copies that follow each other on both sides are made as one. */
    private void copy(List<Copy> copies) {
        List<long[]> runs = new ArrayList<>(); // first slot from, first slot to, slots
        for (Copy copy : copies) {
            long from = (long) copy.from() * BLOCK_TOKENS;
            long to = (long) copy.to() * BLOCK_TOKENS;
            long[] last = runs.isEmpty() ? new long[3] : runs.getLast();
            if (last[0] + last[2] == from && last[1] + last[2] == to && last[2] > 0) {
                last[2] += BLOCK_TOKENS;
            } else {
                runs.add(new long[] {from, to, BLOCK_TOKENS});
            }
        }
        runs.forEach(run -> program.run("copy", model, run[0], run[1], run[2]).close());
    }

    /**
     * How well the model tells a text, for measuring what a precision costs.
     *
     * @param row gives the text; its scores are not asked for
     * @param next the token that follows each of the row's
     * @return for each token the logarithm of the probability given to the next, and the token thought likeliest
     */
    public List<Judgement> judge(Row row, List<Integer> next) {
        StepInputs inputs = new StepInputs(List.of(row), pool.blockTokens(), together);
        try (NDManager step = manager.newSubManager();
                IValue result = program.run(
                        "judge",
                        model,
                        step.create(inputs.lists()),
                        inputs.rows(),
                        step.create(next.stream().mapToLong(Integer::longValue).toArray()))) {
            float[] numbers = result.toTensor((PtNDManager) step).toFloatArray();
            List<Judgement> judgements = new ArrayList<>();
            for (int i = 0; i < numbers.length; i += 2) {
                judgements.add(new Judgement(numbers[i], (int) numbers[i + 1]));
            }
            return judgements;
        }
    }

    /** What the model thought of one place in a text. */
    public record Judgement(double logprob, int likeliest) {}

    private List<Scores> scores(IValue result) {
        IValue[] logitsAndBest = result.toIValueTuple();
        try (IValue logits = logitsAndBest[0];
                IValue best = logitsAndBest[1]) {
            long[] likeliest = best.toTensor((PtNDManager) lastStep).toLongArray();
            Logits all = new Logits(logits.toTensor((PtNDManager) lastStep));
            return IntStream.range(0, likeliest.length)
                    .<Scores>mapToObj(row -> new RowScores((int) likeliest[row], all, row * vocabularySize()))
                    .toList();
        }
    }

    /** The scores of all rows, which come to the host when the first of them is asked for: who takes the likeliest token asks for none. */
    private static final class Logits {
        private final NDArray array;
        private Optional<FloatBuffer> onHost = Optional.empty();

        Logits(NDArray array) {
            this.array = array;
        }

        FloatBuffer get() {
            if (onHost.isEmpty()) {
                ByteBuffer numbers = array.toByteBuffer(true);
                onHost = Optional.of(numbers.order(ByteOrder.nativeOrder()).asFloatBuffer());
            }
            return onHost.get();
        }
    }

    private final class RowScores implements Scores {
        private final int likeliest;
        private final Logits all;
        private final int from;

        RowScores(int likeliest, Logits all, int from) {
            this.likeliest = likeliest;
            this.all = all;
            this.from = from;
        }

        @Override
        public int likeliest() {
            return likeliest;
        }

        @Override
        public float[] logits() {
            float[] row = new float[vocabularySize()];
            all.get().get(from, row);
            return row;
        }
    }

    @Override
    public void close() {
        model.close();
        program.close();
        manager.close();
    }

    /** What the parts of the model are made from, beside their weights. */
    private IValue frame(Precision precision) {
        boolean int8 = precision == Precision.INT8;
        DecoderConfig.Attention attention = config.attention();
        DecoderConfig.FeedForward feedForward = config.feedForward();
        Optional<DecoderConfig.Experts> experts = feedForward.experts();
        return program.run(
                "frame",
                new long[] {
                    attention.heads(),
                    attention.keyValueHeads(),
                    attention.headSize(),
                    pool.tokens(),
                    attention.window(),
                    experts.map(DecoderConfig.Experts::chosen).orElse(0),
                    attention.rotation().rotary(attention.headSize()),
                    int8 ? QINT8 : kept.scalarType(),
                    kept.scalarType(),
                    together ? pool.blockTokens() : 0
                },
                attention.scale(),
                attention.cap(),
                feedForward.gelu(),
                experts.map(DecoderConfig.Experts::normalised).orElse(false),
                int8 && !config.norms().behind() ? (long) config.hiddenSize() : 0L);
    }

    /** Makes the parts side by side: one at a time would leave cores idle, and a server is awaited. */
    private IValue model(IValue frame, DecoderWeights weights, DecoderWeights.Source source) {
        List<Supplier<IValue>> parts = new ArrayList<>();
        parts.add(() -> outside(frame, weights, source));
        IntStream.range(0, config.layers()).forEach(i -> parts.add(() -> layer(frame, i, weights, source)));
        try (var made = new SideBySide<>(parts, partsAtOnce(weights), IValue::close)) {
            IValue created;
            try (IValue outside = made.next();
                    IValue first = made.next()) {
                created = create(frame, outside, first);
            }
            for (int i = 1; i < config.layers(); i++) {
                try (IValue layer = made.next()) {
                    program.run("add_layer", created, layer).close();
                }
            }
            return created;
        }
    }

    private IValue outside(IValue frame, DecoderWeights weights, DecoderWeights.Source source) {
        try (NDManager scratch = manager.newSubManager()) {
            return program.run("outside", frame, weights.outside(source, scratch));
        }
    }

    private IValue layer(IValue frame, int index, DecoderWeights weights, DecoderWeights.Source source) {
        try (NDManager scratch = manager.newSubManager()) {
            boolean windowed = config.attention().windowed().get(index);
            return program.run("layer", frame, windowed, weights.layer(index, source, scratch));
        }
    }

    private IValue create(IValue frame, IValue outside, IValue first) {
        Rotation rotation = config.attention().rotation();
        int headSize = config.attention().headSize();
        try (NDManager scratch = manager.newSubManager()) {
            return program.run(
                    "create",
                    frame,
                    outside,
                    first,
                    (double) config.norms().epsilon(),
                    config.scoreCap(),
                    scratch.create(
                            rotation.angles(maxSequenceLength, headSize), new Shape(maxSequenceLength, headSize / 2)),
                    scratch.create(rotation.lengths(headSize)));
        }
    }

    /**
     * As many as there are cores, if together they take no more memory than four times what stands outside of layers, in 32 bits, and than
     * keys and values will take. A part takes about twice its weights in 32 bits; three times are reckoned for a layer, since what stands
     * outside is made beside it.
     */
    private int partsAtOnce(DecoderWeights weights) {
        long all = 0;
        long inLayers = 0;
        for (var parameter : weights.shapes().entrySet()) {
            long size = parameter.getValue().size();
            all += size;
            inLayers += DecoderWeights.IN_A_LAYER.matcher(parameter.getKey()).find() ? size : 0;
        }
        long free = 4 * (all - inLayers) + pool.blocks() * pool.blockBytes() / Float.BYTES;
        long fitting = free / (3 * inLayers / config.layers());
        return (int) Math.clamp(fitting, 1, Runtime.getRuntime().availableProcessors());
    }
}
