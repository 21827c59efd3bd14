package dev.plinth.engine.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.plinth.engine.Torch;
import dev.plinth.engine.TorchProgram;
import dev.plinth.engine.tokens.JsonTokenizer;
import dev.plinth.engine.tokens.Tokenizer;
import dev.plinth.engine.weights.Prefixed;
import dev.plinth.engine.weights.Safetensors;
import dev.plinth.engine.weights.TensorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model that gives vectors for texts, in 32-bit floats, through {@code encoder.py}. All calls come from one thread. */
public final class TextEncoder implements AutoCloseable {
    /** How the program calls what the file calls otherwise. */
    private static final Map<String, String> LAYER_NAMES = Map.of(
            "attention.self.query", "q",
            "attention.self.key", "k",
            "attention.self.value", "v",
            "attention.output.dense", "o",
            "attention.output.LayerNorm", "attention.norm",
            "intermediate.dense", "up",
            "output.dense", "down",
            "output.LayerNorm", "norm");

    private final EncoderConfig config;
    private final Tokenizer tokenizer;
    private final NDManager manager;
    private final TorchProgram program;
    private final IValue model;

    private TextEncoder(EncoderConfig config, Tokenizer tokenizer, TensorFile weights, NDManager manager) {
        this.config = config;
        this.tokenizer = tokenizer;
        this.manager = manager;
        this.program = TorchProgram.load(TextEncoder.class, "encoder.py", manager);
        try (NDManager scratch = manager.newSubManager()) {
            model = program.run("create", (long) config.heads(), config.normEpsilon(), outside(weights, scratch));
        }
        for (int i = 0; i < config.layers(); i++) {
            try (NDManager scratch = manager.newSubManager()) {
                program.run("add_layer", model, layer(i, weights, scratch)).close();
            }
        }
    }

    /**
     * Loads a model.
     *
     * @param folder with config.json, model.safetensors and tokenizer.json, as sentence-transformers save it
     * @param threads of one operation
     * @throws IOException if files are missing or damaged
     * @throws IllegalArgumentException if the model is of a kind that is not supported
     */
    public static TextEncoder load(Path folder, int threads) throws IOException {
        EncoderConfig config = EncoderConfig.read(folder);
        Tokenizer tokenizer = JsonTokenizer.read(folder.resolve("tokenizer.json"));
        try (TensorFile weights = bare(Safetensors.open(folder))) {
            config.shapes().forEach((name, shape) -> {
                if (!weights.tensor(name).shape().equals(shape)) {
                    throw new IllegalArgumentException("tensor \"%s\" has shape %s, but the configuration asks for %s"
                            .formatted(name, weights.tensor(name).shape(), shape));
                }
            });
            return new TextEncoder(config, tokenizer, weights, Torch.start(threads));
        }
    }

    /** Models with a head have a prefix before the encoder's names. */
    private static TensorFile bare(TensorFile file) {
        return file.tensors().containsKey("bert.embeddings.LayerNorm.weight") ? Prefixed.without(file, "bert.") : file;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Components of a vector. */
    public int dimensions() {
        return config.hiddenSize();
    }

    /** Longest text in tokens, with those the tokenizer puts around it. */
    public int maxSequenceLength() {
        return config.maxSequenceLength();
    }

    /**
     * One vector for each text.
     *
     * @param texts as tokens, none empty or too long
     */
    public List<float[]> embed(List<List<Integer>> texts) {
        int count = texts.stream().mapToInt(List::size).sum();
        long[] tokens = new long[count];
        long[] positions = new long[count];
        long[] ends = new long[texts.size()];
        int at = 0;
        for (int text = 0; text < ends.length; text++) {
            for (int position = 0; position < texts.get(text).size(); position++, at++) {
                tokens[at] = texts.get(text).get(position);
                positions[at] = position;
            }
            ends[text] = at;
        }
        try (NDManager step = manager.newSubManager();
                IValue result = program.run(
                        "embed",
                        model,
                        step.create(tokens),
                        step.create(positions),
                        ends,
                        config.mean(),
                        config.unit())) {
            float[] all = result.toTensor((PtNDManager) step).toFloatArray();
            List<float[]> vectors = new ArrayList<>();
            for (int text = 0; text < ends.length; text++) {
                vectors.add(Arrays.copyOfRange(all, text * dimensions(), (text + 1) * dimensions()));
            }
            return vectors;
        }
    }

    @Override
    public void close() {
        model.close();
        program.close();
        manager.close();
        tokenizer.close();
    }

    private static Map<String, NDArray> outside(TensorFile weights, NDManager scratch) {
        Map<String, NDArray> outside = new LinkedHashMap<>();
        outside.put("embedding", weights.load("embeddings.word_embeddings.weight", scratch));
        outside.put("places", weights.load("embeddings.position_embeddings.weight", scratch));
        outside.put("segments", weights.load("embeddings.token_type_embeddings.weight", scratch));
        outside.put("norm", weights.load("embeddings.LayerNorm.weight", scratch));
        outside.put("norm.bias", weights.load("embeddings.LayerNorm.bias", scratch));
        return outside;
    }

    private static Map<String, NDArray> layer(int index, TensorFile weights, NDManager scratch) {
        Map<String, NDArray> layer = new HashMap<>();
        String prefix = "encoder.layer." + index + ".";
        LAYER_NAMES.forEach((file, name) -> {
            layer.put(name, weights.load(prefix + file + ".weight", scratch));
            layer.put(name + ".bias", weights.load(prefix + file + ".bias", scratch));
        });
        return layer;
    }
}
