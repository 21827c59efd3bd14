package dev.plinth.engine.encoder;

import static dev.plinth.engine.weights.ConfigJson.required;
import static dev.plinth.engine.weights.ConfigJson.unsupported;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The shape of a BERT encoder and how its vectors are made, as sentence-transformers save it.
 *
 * @param vocabularySize rows of the embedding
 * @param hiddenSize width, and components of a vector
 * @param innerSize width of the feed-forward layer
 * @param layers number of layers
 * @param heads attention heads; divides {@code hiddenSize}
 * @param maxSequenceLength longest text in tokens, with those the tokenizer puts around it
 * @param segments rows of the table of segments
 * @param normEpsilon added to the variance
 * @param mean whether a vector is the mean of all tokens' vectors; else it is the first token's
 * @param unit whether vectors have length 1
 */
public record EncoderConfig(
        int vocabularySize,
        int hiddenSize,
        int innerSize,
        int layers,
        int heads,
        int maxSequenceLength,
        int segments,
        double normEpsilon,
        boolean mean,
        boolean unit) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIG = "config.json";

    public EncoderConfig {
        if (heads < 1 || hiddenSize % heads != 0) {
            throw new IllegalArgumentException(
                    "hidden_size (%d) must be a multiple of num_attention_heads (%d)".formatted(hiddenSize, heads));
        }
    }

    /** Whether a folder holds a model that embeds texts, and does not generate them. */
    public static boolean describes(Path folder) throws IOException {
        Path config = folder.resolve(CONFIG);
        return Files.exists(config)
                && JSON.readTree(Files.readString(config))
                        .path("model_type")
                        .asText()
                        .equals("bert");
    }

    /**
     * Reads {@code config.json} and, where they are, {@code modules.json}, {@code 1_Pooling/config.json} and {@code
     * sentence_bert_config.json}. Without them a vector is the mean, of length 1.
     *
     * @throws IllegalArgumentException if the model is of a kind that is not computed; the message names the field
     */
    public static EncoderConfig read(Path folder) throws IOException {
        JsonNode json = readIfPresent(folder.resolve(CONFIG));
        JsonNode pooling = readIfPresent(folder.resolve("1_Pooling").resolve("config.json"));
        require(json, "hidden_act", "gelu");
        require(json, "position_embedding_type", "absolute");
        boolean first = pooling.path("pooling_mode_cls_token").asBoolean(false);
        boolean mean = pooling.path("pooling_mode_mean_tokens").asBoolean(!first);
        if (mean == first) {
            throw new IllegalArgumentException(
                    "1_Pooling/config.json must ask for exactly one of pooling_mode_mean_tokens and"
                            + " pooling_mode_cls_token");
        }
        JsonNode modules = readIfPresent(folder.resolve("modules.json"));
        int positions = json.path("max_position_embeddings").asInt(512);
        return new EncoderConfig(
                required(json, "vocab_size"),
                required(json, "hidden_size"),
                required(json, "intermediate_size"),
                required(json, "num_hidden_layers"),
                required(json, "num_attention_heads"),
                positions,
                json.path("type_vocab_size").asInt(2),
                json.path("layer_norm_eps").asDouble(1e-12),
                mean,
                modules.isMissingNode() || modules.toString().contains("models.Normalize"));
    }

    /** Every tensor the file must have, with its shape. */
    SequencedMap<String, Shape> shapes() {
        SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
        Shape hidden = new Shape(hiddenSize);
        shapes.put("embeddings.word_embeddings.weight", new Shape(vocabularySize, hiddenSize));
        shapes.put("embeddings.position_embeddings.weight", new Shape(maxSequenceLength, hiddenSize));
        shapes.put("embeddings.token_type_embeddings.weight", new Shape(segments, hiddenSize));
        both(shapes, "embeddings.LayerNorm", hidden);
        for (int i = 0; i < layers; i++) {
            String layer = "encoder.layer." + i + ".";
            for (String map : new String[] {"attention.self.query", "attention.self.key", "attention.self.value"}) {
                both(shapes, layer + map, new Shape(hiddenSize, hiddenSize));
            }
            both(shapes, layer + "attention.output.dense", new Shape(hiddenSize, hiddenSize));
            both(shapes, layer + "attention.output.LayerNorm", hidden);
            both(shapes, layer + "intermediate.dense", new Shape(innerSize, hiddenSize));
            both(shapes, layer + "output.dense", new Shape(hiddenSize, innerSize));
            both(shapes, layer + "output.LayerNorm", hidden);
        }
        return shapes;
    }

    private static void both(SequencedMap<String, Shape> shapes, String name, Shape weight) {
        shapes.put(name + ".weight", weight);
        shapes.put(name + ".bias", new Shape(weight.get(0)));
    }

    private static void require(JsonNode json, String field, String supported) {
        String value = json.path(field).asText(supported);
        if (!value.equals(supported)) {
            throw unsupported(field, value, "only \"%s\" is supported".formatted(supported));
        }
    }

    private static JsonNode readIfPresent(Path file) throws IOException {
        return Files.exists(file) ? JSON.readTree(Files.readString(file)) : JSON.missingNode();
    }
}
