package dev.plinth.engine;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import dev.plinth.engine.decoder.ConfigReader;
import dev.plinth.engine.decoder.DecoderConfig;
import dev.plinth.engine.decoder.DecoderEngine;
import dev.plinth.engine.decoder.DecoderWeights;
import dev.plinth.engine.llama.LlamaGguf;
import dev.plinth.engine.simulation.SimulatedEngine;
import dev.plinth.engine.simulation.Simulation;
import dev.plinth.engine.tokens.ByteTokenizer;
import dev.plinth.engine.tokens.GgufTokenizer;
import dev.plinth.engine.tokens.JsonTokenizer;
import dev.plinth.engine.tokens.Tokenizer;
import dev.plinth.engine.weights.Gguf;
import dev.plinth.engine.weights.GgufMetadata;
import dev.plinth.engine.weights.ReadAhead;
import dev.plinth.engine.weights.Safetensors;
import dev.plinth.engine.weights.TensorFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** Opens a model where it lies: a folder as transformers and the trainer write it, or a GGUF file. */
public final class ModelLoader {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Below so many parameters a second thread gains nothing and, on busy cores, costs much. */
    private static final long ONE_THREAD_PARAMETERS = 1_000_000_000;

    /** Of the memory that the process may use; the rest is for weights, other tensors and Java. */
    private static final int CACHE_SHARE_OF_MEMORY = 4;

    /** A few layers of a model of some billion parameters. */
    private static final long READ_AHEAD_BYTES = 512L << 20;

    /** An eighth of a GPU's memory is for CUDA itself, what a step computes, and weights in 32 bits while they are loaded. */
    private static final int SHARE_OF_A_GPU_LEFT_FREE = 8;

    private final Settings settings;

    /**
     * How a model is loaded.
     *
     * @param threads threads of one operation; empty = one for small models, else as many as the process may use cores
     * @param maxSequenceLength a limit below the model's own, in tokens; {@code Integer.MAX_VALUE} for none
     * @param precision empty = the best of the device
     * @param cacheTokens tokens whose keys and values are kept at a time, at least the longest sequence; empty = a quarter of
     *     the memory, or what a GPU has beside the weights, and no more than {@code sequences} of the greatest length fill
     * @param sequences most sequences that are computed side by side
     * @param device empty = the GPU, if there is one that can be used
     */
    public record Settings(
            OptionalInt threads,
            int maxSequenceLength,
            Optional<Precision> precision,
            OptionalInt cacheTokens,
            int sequences,
            Optional<Device> device) {
        /** On the CPU. */
        public Settings(
                OptionalInt threads,
                int maxSequenceLength,
                Precision precision,
                OptionalInt cacheTokens,
                int sequences) {
            this(threads, maxSequenceLength, Optional.of(precision), cacheTokens, sequences, Optional.of(Device.CPU));
        }

        /** One sequence at a time, of any length. */
        public static Settings of(Precision precision) {
            return new Settings(OptionalInt.of(1), Integer.MAX_VALUE, precision, OptionalInt.empty(), 1);
        }
    }

    public ModelLoader(Settings settings) {
        this.settings = settings;
    }

    /** Begins what loading will need whatever the weights are, if the model has any, while the caller prepares other things. */
    public static void begin(Path path) {
        if (!Files.exists(path.resolve(Simulation.FILE))) {
            Torch.begin();
        }
    }

    /**
     * Loads a model.
     *
     * @param path a folder with config.json, model.safetensors (or its shards and index) and tokenizer.json; or a .gguf
     *     file; or a folder with one; or a folder with a simulation.json and no weights
     * @throws IOException if files are missing or damaged; the message says which
     * @throws IllegalArgumentException if the model is of a kind that is not supported; the message says why
     */
    public LanguageModel load(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString(), null, "there is no model");
        }
        if (!Files.isDirectory(path)) {
            return loadGguf(path);
        }
        if (Files.exists(path.resolve("config.json"))) {
            return loadFolder(path);
        }
        if (Files.exists(path.resolve(Simulation.FILE))) {
            return simulate(Simulation.read(path.resolve(Simulation.FILE)));
        }
        try (Stream<Path> files = Files.list(path)) {
            List<Path> ggufs =
                    files.filter(file -> file.toString().endsWith(".gguf")).toList();
            if (ggufs.size() == 1) {
                return loadGguf(ggufs.getFirst());
            }
        }
        throw new NoSuchFileException(
                path.resolve("config.json").toString(),
                null,
                "the folder holds neither a config.json nor exactly one .gguf file");
    }

    private LanguageModel loadFolder(Path folder) throws IOException {
        DecoderConfig config = ConfigReader.read(folder.resolve("config.json"));
        JsonNode tokenizerConfig = readIfPresent(folder.resolve("tokenizer_config.json"));
        Set<Integer> endTokens = new HashSet<>(config.endTokens());
        JsonNode end = readIfPresent(folder.resolve("generation_config.json")).path("eos_token_id");
        (end.isArray() ? end : List.of(end)).forEach(id -> {
            if (id.isInt()) {
                endTokens.add(id.asInt());
            }
        });
        Meanwhile<Tokenizer> tokenizer = Meanwhile.begin(() -> JsonTokenizer.read(folder.resolve("tokenizer.json")));
        try (TensorFile weights = DecoderWeights.named(config, Safetensors.open(folder))) {
            Engine engine = engine(config, weights);
            return new LanguageModel(
                    engine,
                    tokenizer(tokenizer, engine),
                    Set.copyOf(endTokens),
                    chatTemplate(folder, tokenizerConfig),
                    tokenText(tokenizerConfig.path("bos_token")),
                    tokenText(tokenizerConfig.path("eos_token")));
        }
    }

    private LanguageModel simulate(Simulation simulation) {
        SimulatedEngine.sleep(simulation.load());
        Engine engine = new SimulatedEngine(
                simulation,
                settings.maxSequenceLength(),
                settings.cacheTokens().orElse(simulation.cacheTokens()),
                SimulatedEngine::sleep);
        return new LanguageModel(engine, new ByteTokenizer(), Set.of(SimulatedEngine.END), Optional.empty(), "", "");
    }

    private LanguageModel loadGguf(Path file) throws IOException {
        try (Gguf gguf = Gguf.open(file)) {
            LlamaGguf weights = new LlamaGguf(gguf);
            GgufMetadata metadata = gguf.metadata();
            Meanwhile<Tokenizer> tokenizer = Meanwhile.begin(() -> GgufTokenizer.of(metadata));
            List<String> tokens = metadata.strings("tokenizer.ggml.tokens");
            DecoderConfig config = DecoderConfig.of(weights.config());
            Engine engine = engine(config, weights);
            return new LanguageModel(
                    engine,
                    tokenizer(tokenizer, engine),
                    Set.copyOf(config.endTokens()),
                    metadata.string("tokenizer.chat_template"),
                    tokenText(tokens, config.beginToken()),
                    tokenText(tokens, config.endTokens()));
        }
    }

    /** What was read beside the weights; without it the engine is of no use. */
    private static Tokenizer tokenizer(Meanwhile<Tokenizer> tokenizer, Engine engine) throws IOException {
        try {
            return tokenizer.end();
        } catch (IOException | RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private Engine engine(DecoderConfig config, TensorFile weights) {
        Device device = Torch.device(settings.device());
        Precision precision = settings.precision().orElseGet(() -> Precision.bestOn(device));
        precision.checkOn(device);
        DecoderWeights parameters = DecoderWeights.of(config);
        parameters.check(weights);
        // Weights are converted by small operations, side by side; threads within one would wait for each other.
        NDManager manager = Torch.start(1, device);
        try (ReadAhead ahead = new ReadAhead(weights, parameters.order(), READ_AHEAD_BYTES)) {
            int length = Math.min(settings.maxSequenceLength(), config.maxSequenceLength());
            long fitting = memoryForCache(config, device, precision) / DecoderEngine.bytesPerToken(config, precision);
            Engine engine =
                    new DecoderEngine(config, ahead::load, manager, precision, length, cacheTokens(fitting, length));
            Torch.setThreads(settings.threads().orElseGet(() -> defaultThreads(config)));
            return engine;
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private int cacheTokens(long fitting, int length) {
        if (settings.cacheTokens().isPresent()) {
            return Math.max(length, settings.cacheTokens().getAsInt());
        }
        long useful = (long) settings.sequences() * length;
        return (int) Math.max(length, Math.min(Integer.MAX_VALUE - length, Math.min(fitting, useful)));
    }

    private static long memoryForCache(DecoderConfig config, Device device, Precision precision) {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return switch (device) {
            case CPU -> system.getTotalMemorySize() / CACHE_SHARE_OF_MEMORY;
            case CUDA -> {
                long weights = parameters(config) * (precision == Precision.FLOAT32 ? Float.BYTES : Short.BYTES);
                long memory = CudaDriver.memory().orElse(0);
                yield Math.max(0, memory - memory / SHARE_OF_A_GPU_LEFT_FREE - weights);
            }
        };
    }

    private static int defaultThreads(DecoderConfig config) {
        return parameters(config) < ONE_THREAD_PARAMETERS
                ? 1
                : Runtime.getRuntime().availableProcessors();
    }

    private static long parameters(DecoderConfig config) {
        return DecoderWeights.of(config).shapes().values().stream()
                .mapToLong(Shape::size)
                .sum();
    }

    /** In a file of its own, or in tokenizer_config.json: one text, or a list with a name for each. */
    private static Optional<String> chatTemplate(Path folder, JsonNode tokenizerConfig) throws IOException {
        Path file = folder.resolve("chat_template.jinja");
        if (Files.exists(file)) {
            return Optional.of(Files.readString(file));
        }
        JsonNode template = tokenizerConfig.path("chat_template");
        for (JsonNode named : template) {
            if (named.path("name").asText().equals("default")) {
                template = named.path("template");
            }
        }
        return template.isTextual() ? Optional.of(template.asText()) : Optional.empty();
    }

    /** A token is written as its text or as an object with its content. */
    private static String tokenText(JsonNode token) {
        return token.isObject() ? token.path("content").asText() : token.asText("");
    }

    private static String tokenText(List<String> tokens, Collection<Integer> ids) {
        return ids.stream().findFirst().map(tokens::get).orElse("");
    }

    private static JsonNode readIfPresent(Path file) throws IOException {
        return Files.exists(file) ? JSON.readTree(Files.readString(file)) : JSON.missingNode();
    }
}
