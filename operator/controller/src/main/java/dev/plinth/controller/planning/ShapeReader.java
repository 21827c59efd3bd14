package dev.plinth.controller.planning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plinth.api.v1alpha1.Parallelism.Shape;
import dev.plinth.api.v1alpha1.Parallelism.SplitModel;
import dev.plinth.planner.model.HuggingFaceConfig;
import dev.plinth.planner.model.ModelShape;
import dev.plinth.planner.model.UnknownModelException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the model of a job; a shape in fields goes the same way as a config.json with those fields. */
final class ShapeReader {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ShapeReader() {}

    /**
     * The shape of a model.
     *
     * @throws UnknownModelException if there is none; the message says why
     */
    static ModelShape read(String name, SplitModel model) {
        var config = Optional.ofNullable(model.config()).map(ShapeReader::parsed);
        var shape = Optional.ofNullable(model.shape()).map(ShapeReader::fields);
        return HuggingFaceConfig.read(name, config.or(() -> shape).orElse(Map.of()));
    }

    private static Map<String, Object> parsed(String config) {
        try {
            var parsed = JSON.readTree(config);
            if (!parsed.isObject()) {
                throw new UnknownModelException("config.json is no JSON object, which begins with '{'");
            }
            return JSON.convertValue(parsed, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new UnknownModelException("config.json is no JSON object: " + e.getOriginalMessage());
        }
    }

    private static Map<String, Object> fields(Shape shape) {
        var fields = new TreeMap<String, Object>();
        fields.put("model_type", "llama");
        fields.put("num_hidden_layers", shape.layers());
        fields.put("hidden_size", shape.hiddenSize());
        fields.put("num_attention_heads", shape.heads());
        fields.put("num_key_value_heads", shape.kvHeads());
        fields.put("intermediate_size", shape.intermediateSize());
        fields.put("vocab_size", shape.vocabularySize());
        fields.put("tie_word_embeddings", shape.tieEmbeddings());
        var experts = shape.experts();
        if (experts != null) {
            fields.put("model_type", "mixtral");
            fields.put("num_local_experts", experts.count());
            fields.put("num_experts_per_tok", experts.active());
        }
        return fields;
    }
}
