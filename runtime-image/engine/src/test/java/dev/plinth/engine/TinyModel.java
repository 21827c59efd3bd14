package dev.plinth.engine;

import ai.djl.ndarray.NDManager;
import dev.plinth.engine.llama.Llama;
import dev.plinth.engine.llama.LlamaConfig;
import dev.plinth.engine.llama.LlamaWeights;
import dev.plinth.engine.tokens.ByteTokenizer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A random model of bytes, small enough for thousands of tokens a second. */
public final class TinyModel {
    public static final LlamaConfig CONFIG =
            new LlamaConfig(256, 16, 32, 2, 2, 1, 8, 1e-5f, 10_000, 4096, true, List.of(), List.of());

    private TinyModel() {}

    public static DjlEngine engine() {
        NDManager manager = Torch.start(1);
        return new DjlEngine(
                manager,
                new Llama(CONFIG, LlamaWeights.initial(CONFIG, manager, 7), manager),
                CONFIG.maxSequenceLength());
    }

    public static LanguageModel model(Integer... endTokens) {
        return new LanguageModel(engine(), new ByteTokenizer(), Set.of(endTokens), Optional.empty(), "", "");
    }
}
