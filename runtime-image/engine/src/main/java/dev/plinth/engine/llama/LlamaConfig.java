package dev.plinth.engine.llama;

import static dev.plinth.engine.weights.ConfigJson.ids;
import static dev.plinth.engine.weights.ConfigJson.required;
import static dev.plinth.engine.weights.ConfigJson.unsupported;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The shape of a Llama model, as in the {@code config.json} of Hugging Face's {@code LlamaConfig}.
 *
 * @param vocabularySize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layer
 * @param layers number of decoder layers
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads} (grouped-query attention)
 * @param headSize width of one head, even
 * @param normEpsilon added to the mean square in RMSNorm
 * @param ropeTheta base of the rotary position embedding
 * @param maxSequenceLength longest sequence, in tokens, prompt included
 * @param tiedEmbeddings whether the head shares the embedding's weights
 * @param beginToken ids a sequence begins with: none or one
 * @param endTokens ids that end a generated sequence
 */
public record LlamaConfig(
        int vocabularySize,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        float normEpsilon,
        float ropeTheta,
        int maxSequenceLength,
        boolean tiedEmbeddings,
        List<Integer> beginToken,
        List<Integer> endTokens) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    public LlamaConfig {
        requirePositive("vocab_size", vocabularySize);
        requirePositive("hidden_size", hiddenSize);
        requirePositive("intermediate_size", intermediateSize);
        requirePositive("num_hidden_layers", layers);
        requirePositive("num_attention_heads", heads);
        requirePositive("num_key_value_heads", keyValueHeads);
        requirePositive("head_dim", headSize);
        requirePositive("max_position_embeddings", maxSequenceLength);
        if (heads % keyValueHeads != 0) {
            throw new IllegalArgumentException("num_attention_heads (%d) must be a multiple of num_key_value_heads (%d)"
                    .formatted(heads, keyValueHeads));
        }
        if (headSize % 2 != 0) {
            throw new IllegalArgumentException(
                    "head_dim (%d) must be even: rotary embeddings turn pairs".formatted(headSize));
        }
        beginToken = List.copyOf(beginToken);
        endTokens = List.copyOf(endTokens);
    }

    /** Query heads that share one key and value head. */
    public int groupSize() {
        return heads / keyValueHeads;
    }

    /**
     * Reads a {@code config.json}.
     *
     * @throws IllegalArgumentException if it describes a model this decoder does not compute; the message names the field
     */
    public static LlamaConfig read(Path file) throws IOException {
        return of(JSON.readTree(Files.readString(file)));
    }

    /** Takes the fields of a parsed {@code config.json}; see {@link #read}. */
    public static LlamaConfig of(JsonNode json) {
        requireSupported(json);
        int heads = required(json, "num_attention_heads");
        int hiddenSize = required(json, "hidden_size");
        return new LlamaConfig(
                required(json, "vocab_size"),
                hiddenSize,
                required(json, "intermediate_size"),
                required(json, "num_hidden_layers"),
                heads,
                json.path("num_key_value_heads").asInt(heads),
                json.path("head_dim").asInt(hiddenSize / heads),
                (float) json.path("rms_norm_eps").asDouble(1e-6),
                ropeTheta(json),
                json.path("max_position_embeddings").asInt(2048),
                json.path("tie_word_embeddings").asBoolean(false),
                ids(json.path("bos_token_id")),
                ids(json.path("eos_token_id")));
    }

    /** The same as a {@code config.json} that transformers reads. */
    public String toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.putArray("architectures").add("LlamaForCausalLM");
        json.put("model_type", "llama");
        json.put("vocab_size", vocabularySize);
        json.put("hidden_size", hiddenSize);
        json.put("intermediate_size", intermediateSize);
        json.put("num_hidden_layers", layers);
        json.put("num_attention_heads", heads);
        json.put("num_key_value_heads", keyValueHeads);
        json.put("head_dim", headSize);
        json.put("hidden_act", "silu");
        json.put("rms_norm_eps", normEpsilon);
        json.put("rope_theta", ropeTheta);
        json.put("max_position_embeddings", maxSequenceLength);
        json.put("tie_word_embeddings", tiedEmbeddings);
        json.set("bos_token_id", beginToken.isEmpty() ? null : JSON.valueToTree(beginToken.getFirst()));
        json.set(
                "eos_token_id",
                endTokens.isEmpty()
                        ? null
                        : endTokens.size() == 1 ? JSON.valueToTree(endTokens.getFirst()) : JSON.valueToTree(endTokens));
        json.put("torch_dtype", "float32");
        return json.toPrettyString() + "\n";
    }

    private static void requireSupported(JsonNode json) {
        String type = json.path("model_type").asText("llama");
        if (!type.equals("llama")) {
            throw unsupported("model_type", type, "only \"llama\" is supported");
        }
        String activation = json.path("hidden_act").asText("silu");
        if (!activation.equals("silu")) {
            throw unsupported("hidden_act", activation, "only \"silu\" is supported");
        }
        for (String bias : List.of("attention_bias", "mlp_bias")) {
            if (json.path(bias).asBoolean(false)) {
                throw unsupported(bias, "true", "weights with biases are not supported");
            }
        }
        // Older files say rope_scaling {type}, newer ones rope_parameters {rope_type, rope_theta}.
        for (String field : List.of("rope_scaling", "rope_parameters")) {
            JsonNode scaling = json.path(field);
            if (scaling.isObject()) {
                String kind =
                        scaling.path("rope_type").asText(scaling.path("type").asText("default"));
                if (!kind.equals("default")) {
                    throw unsupported(field, kind, "only unscaled rotary embeddings are supported");
                }
            }
        }
    }

    private static float ropeTheta(JsonNode json) {
        double newer = json.path("rope_parameters").path("rope_theta").asDouble(10_000);
        return (float) json.path("rope_theta").asDouble(newer);
    }

    private static void requirePositive(String field, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(field + " must be positive, not " + value);
        }
    }
}
