package dev.plinth.engine.tokens;

import dev.plinth.engine.weights.GgufMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the tokenizer whose vocabulary and merges a GGUF file carries. */
public final class GgufTokenizer {
    /** Values of {@code tokenizer.ggml.token_type}. */
    private static final int CONTROL = 3;

    private static final int USER_DEFINED = 4;

    private GgufTokenizer() {}

    /** @throws IOException if the file's tokenizer is of a kind that is not supported; the message names it */
    public static Tokenizer of(GgufMetadata metadata) throws IOException {
        String model = metadata.string("tokenizer.ggml.model").orElse("none");
        if (!model.equals("gpt2")) {
            throw new IOException("the GGUF file has a tokenizer of kind \"" + model
                    + "\"; only \"gpt2\" (byte-level BPE) is supported");
        }
        List<String> tokens = metadata.strings("tokenizer.ggml.tokens");
        List<Integer> types = metadata.integers("tokenizer.ggml.token_type");
        List<ByteLevelBpe.Added> added = new ArrayList<>();
        for (int id = 0; id < types.size(); id++) {
            int type = types.get(id);
            if (type == CONTROL || type == USER_DEFINED) {
                added.add(new ByteLevelBpe.Added(id, tokens.get(id), type == CONTROL));
            }
        }
        List<String> merges = metadata.strings("tokenizer.ggml.merges");
        return JsonTokenizer.of(new ByteLevelBpe(tokens, merges, added, Optional.of(splits(metadata))).toJson());
    }

    private static ByteLevelBpe.PreTokenizer splits(GgufMetadata metadata) throws IOException {
        String name = metadata.string("tokenizer.ggml.pre").orElse("default");
        return switch (name) {
            case "gpt-2" -> ByteLevelBpe.PreTokenizer.GPT2;
            case "smollm", "starcoder", "refact", "command-r" -> ByteLevelBpe.PreTokenizer.GPT2_SINGLE_DIGITS;
            default ->
                throw new IOException("the GGUF file cuts text by \"" + name
                        + "\" (tokenizer.ggml.pre); gpt-2 and smollm are supported. Use the model's safetensors"
                        + " and tokenizer.json instead");
        };
    }
}
