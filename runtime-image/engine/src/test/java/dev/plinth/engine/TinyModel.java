package dev.plinth.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plinth.engine.decoder.DecoderConfig;
import dev.plinth.engine.decoder.DecoderEngine;
import dev.plinth.engine.llama.LlamaConfig;
import dev.plinth.engine.llama.LlamaWeights;
import dev.plinth.engine.tokens.ByteTokenizer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A random model of bytes, small enough for thousands of tokens a second. */
public final class TinyModel {
    public static final LlamaConfig CONFIG =
            new LlamaConfig(256, 16, 32, 2, 2, 1, 8, 1e-5f, 10_000, 4096, true, List.of(), List.of());

    private TinyModel() {}

    public static DecoderEngine engine(Precision precision) {
        return engine(precision, 2 * CONFIG.maxSequenceLength());
    }

    private static DecoderEngine engine(Precision precision, int cacheTokens) {
        NDManager manager = Torch.start(1);
        Map<String, NDArray> weights = LlamaWeights.initial(CONFIG, manager, 7);
        return new DecoderEngine(
                DecoderConfig.of(CONFIG),
                (name, scratch) -> Objects.requireNonNull(weights.get(name), name),
                manager,
                precision,
                CONFIG.maxSequenceLength(),
                cacheTokens);
    }

    public static LanguageModel model(Integer... endTokens) {
        return new LanguageModel(
                engine(Precision.INT8), new ByteTokenizer(), Set.of(endTokens), Optional.empty(), "", "");
    }

    /** As {@link #model}, with little room for keys and values. */
    public static LanguageModel crowded() {
        return new LanguageModel(
                engine(Precision.INT8, CONFIG.maxSequenceLength()),
                new ByteTokenizer(),
                Set.of(),
                Optional.empty(),
                "",
                "");
    }
}
