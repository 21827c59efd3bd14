package dev.plinth.engine.decoder;

import static dev.plinth.engine.decoder.ConfigReader.decimal;
import static dev.plinth.engine.weights.ConfigJson.unsupported;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads how a {@code config.json} says that positions turn channels: older files in {@code rope_scaling {type}} beside
 * {@code rope_theta}, newer ones in {@code rope_parameters {rope_type, rope_theta}}.
 */
final class RopeReader {
    private static final String FACTOR = "factor";
    private static final String ORIGINAL = "original_max_position_embeddings";
    private static final String SHARE = "partial_rotary_factor";
    private static final String NEWER = "rope_parameters";
    private static final int USUAL_OF_PHI3 = 4096;
    /** What Phi-3's files called the one that is now longrope; they never meant YaRN by it. */
    private static final Set<String> ONCE_LONGROPE = Set.of("su", "yarn");

    private final JsonNode json;
    private final int positions;
    private final String field;
    private final JsonNode scaling;

    /** @param positions of the longest text by the file */
    RopeReader(JsonNode json, int positions) {
        this.json = json;
        this.positions = positions;
        this.field = json.path("rope_scaling").isObject() ? "rope_scaling" : NEWER;
        this.scaling = json.path(field);
        for (JsonNode value : scaling) {
            if (value.isObject()) {
                throw unsupported(field, scaling.toString(), "all layers must turn alike");
            }
        }
    }

    /** For families that turn all channels of a head. */
    Rotation everyChannel(double theta) {
        if (share() != 1) {
            throw unsupported(SHARE, "" + share(), "models of this kind turn all channels");
        }
        return new Rotation(theta(theta), scaling());
    }

    /** For families that may turn only the first channels of a head. */
    Rotation firstChannels(double theta) {
        return new Rotation(theta(theta), share(), scaling());
    }

    /**
     * How long texts can be. Dynamic scaling and LongRoPE change how all tokens turn when a text grows beyond what the model was trained
     * on before; keys are kept as they were turned, so the engine computes no such texts.
     */
    int longest() {
        return switch (kind()) {
            case "dynamic", "longrope" -> Math.min(positions, original());
            default -> positions;
        };
    }

    private double theta(double otherwise) {
        double theta = decimal(json, "rope_theta", decimal(json.path(NEWER), "rope_theta", otherwise));
        if (theta <= 0) {
            throw new IllegalArgumentException("rope_theta must be positive, not " + theta);
        }
        return theta;
    }

    private double share() {
        return decimal(json, SHARE, decimal(json.path(NEWER), SHARE, 1));
    }

    private String kind() {
        String kind = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
        return phi3() && ONCE_LONGROPE.contains(kind) ? "longrope" : kind;
    }

    private Rotation.Scaling scaling() {
        return switch (kind()) {
            // Longer texts, for which they differ, are not computed.
            case "default", "dynamic" -> new Rotation.Unscaled();
            case "linear" -> new Rotation.Linear(required(FACTOR));
            case "llama3" ->
                new Rotation.Llama3(required(FACTOR), required("low_freq_factor"), required("high_freq_factor"), (int)
                        required(ORIGINAL));
            case "yarn" ->
                new Rotation.Yarn(
                        required(FACTOR),
                        decimal(scaling, "beta_fast", 32),
                        decimal(scaling, "beta_slow", 1),
                        (int) decimal(scaling, ORIGINAL, positions),
                        decimal(scaling, "attention_factor", yarnAttention(required(FACTOR))),
                        scaling.path("truncate").asBoolean(true));
            case "longrope" -> new Rotation.LongRope(shortFactors(), longRopeAttention());
            default ->
                throw unsupported(field, kind(), "default, dynamic, linear, llama3, longrope and yarn are supported");
        };
    }

    private double yarnAttention(double factor) {
        double one = decimal(scaling, "mscale", 0);
        double all = decimal(scaling, "mscale_all_dim", 0);
        double log = factor <= 1 ? 0 : 0.1 * Math.log(factor);
        return one != 0 && all != 0 ? (one * log + 1) / (all * log + 1) : log + 1;
    }

    private List<Double> shortFactors() {
        List<Double> factors = new ArrayList<>();
        scaling.path("short_factor").forEach(factor -> factors.add(factor.asDouble()));
        return factors;
    }

    /** So that attention is as sharp as with the texts the model was trained on before. */
    private double longRopeAttention() {
        int original = original();
        double factor = original < positions ? (double) positions / original : decimal(scaling, FACTOR, 1);
        double usual = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
        return decimal(scaling, "attention_factor", usual);
    }

    /** Length of the texts a model was trained on before it was stretched. */
    private int original() {
        return (int) decimal(json, ORIGINAL, decimal(scaling, ORIGINAL, phi3() ? USUAL_OF_PHI3 : positions));
    }

    private boolean phi3() {
        return json.path("model_type").asText().equals("phi3");
    }

    private double required(String name) {
        if (!scaling.path(name).isNumber()) {
            throw unsupported(field, scaling.toString(), "it has no number \"" + name + "\"");
        }
        return scaling.path(name).asDouble();
    }
}
