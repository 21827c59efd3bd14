package dev.plinth.engine.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plinth.engine.weights.Gguf;
import dev.plinth.engine.weights.GgufMetadata;
import dev.plinth.engine.weights.Tensor;
import dev.plinth.engine.weights.TensorFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** A Llama model in a GGUF file, seen under the names, and in the row order, of transformers. */
public final class LlamaGguf implements TensorFile {
    private static final Map<String, String> LAYER_NAMES = Map.of(
            "attn_norm", "input_layernorm",
            "attn_q", "self_attn.q_proj",
            "attn_k", "self_attn.k_proj",
            "attn_v", "self_attn.v_proj",
            "attn_output", "self_attn.o_proj",
            "ffn_norm", "post_attention_layernorm",
            "ffn_gate", "mlp.gate_proj",
            "ffn_up", "mlp.up_proj",
            "ffn_down", "mlp.down_proj");

    private final Gguf file;
    private final LlamaConfig config;
    private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();

    /**
     * @param file closed with this
     * @throws IllegalArgumentException if the file holds another architecture or lacks a number of its shape
     */
    public LlamaGguf(Gguf file) {
        this.file = file;
        this.config = config(file);
        file.tensors().forEach((name, tensor) -> tensors.put(name(name), tensor));
    }

    public LlamaConfig config() {
        return config;
    }

    @Override
    public SequencedMap<String, Tensor> tensors() {
        return tensors;
    }

    @Override
    public NDArray load(String name, NDManager manager) {
        if (name.contains(".q_proj.")) {
            return halvesInsteadOfPairs(name, config.heads(), manager);
        }
        if (name.contains(".k_proj.")) {
            return halvesInsteadOfPairs(name, config.keyValueHeads(), manager);
        }
        return TensorFile.super.load(name, manager);
    }

    @Override
    public void close() {
        file.close();
    }

    /**
     * llama.cpp turns neighbouring channels and therefore interleaves the two halves of each head's rows
     * ({@code LlamaModel.permute} of its converter); our rotation wants them one after the other.
     */
    private NDArray halvesInsteadOfPairs(String name, long heads, NDManager manager) {
        Shape shape = tensor(name).shape();
        try (NDManager scratch = manager.newSubManager()) {
            NDArray ordered = TensorFile.super
                    .load(name, scratch)
                    .reshape(heads, config.headSize() / 2, 2, shape.get(1))
                    .transpose(0, 2, 1, 3)
                    .reshape(shape);
            ordered.attach(manager);
            return ordered;
        }
    }

    private static String name(String ggufName) {
        String[] parts = ggufName.split("\\.");
        if (parts.length == 4 && parts[0].equals("blk")) { // blk.7.attn_q.weight
            return LlamaWeights.layer(Integer.parseInt(parts[1]), LAYER_NAMES.getOrDefault(parts[2], parts[2]));
        }
        return switch (ggufName) {
            case "token_embd.weight" -> LlamaWeights.EMBEDDING;
            case "output_norm.weight" -> LlamaWeights.NORM;
            case "output.weight" -> LlamaWeights.HEAD;
            default -> ggufName;
        };
    }

    private static LlamaConfig config(Gguf file) {
        GgufMetadata metadata = file.metadata();
        String architecture = metadata.string("general.architecture").orElse("none");
        if (!architecture.equals("llama")) {
            throw new IllegalArgumentException("the GGUF file holds a model of architecture \"" + architecture
                    + "\"; only \"llama\" is supported");
        }
        boolean scaled = metadata.string("llama.rope.scaling.type")
                .filter(type -> !type.equals("none"))
                .isPresent();
        if (scaled || file.tensors().containsKey("rope_freqs.weight")) {
            throw new IllegalArgumentException(
                    "the GGUF file scales its rotary embeddings; only unscaled ones are supported");
        }
        int hiddenSize = metadata.requiredPositive("llama.embedding_length");
        int heads = metadata.requiredPositive("llama.attention.head_count");
        int vocabulary =
                Math.toIntExact(file.tensor("token_embd.weight").shape().get(0));
        return new LlamaConfig(
                vocabulary,
                hiddenSize,
                metadata.requiredPositive("llama.feed_forward_length"),
                metadata.requiredPositive("llama.block_count"),
                heads,
                integer(metadata, "llama.attention.head_count_kv", heads),
                integer(metadata, "llama.attention.key_length", hiddenSize / heads),
                metadata.decimal("llama.attention.layer_norm_rms_epsilon")
                        .orElse(1e-5)
                        .floatValue(),
                metadata.decimal("llama.rope.freq_base").orElse(10_000.0).floatValue(),
                metadata.requiredPositive("llama.context_length"),
                !file.tensors().containsKey("output.weight"),
                id(metadata, "tokenizer.ggml.bos_token_id", vocabulary),
                id(metadata, "tokenizer.ggml.eos_token_id", vocabulary));
    }

    private static int integer(GgufMetadata metadata, String key, int otherwise) {
        return metadata.integer(key).map(Math::toIntExact).orElse(otherwise);
    }

    private static List<Integer> id(GgufMetadata metadata, String key, int vocabulary) {
        Optional<Long> id = metadata.integer(key);
        if (id.filter(number -> number < 0 || number >= vocabulary).isPresent()) {
            throw new IllegalArgumentException(
                    "the GGUF file says %d for \"%s\", but there are %d tokens".formatted(id.get(), key, vocabulary));
        }
        return id.map(Math::toIntExact).map(List::of).orElse(List.of());
    }
}
