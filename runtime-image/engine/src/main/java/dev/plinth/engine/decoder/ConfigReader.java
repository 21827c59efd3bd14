package dev.plinth.engine.decoder;

import static dev.plinth.engine.weights.ConfigJson.ids;
import static dev.plinth.engine.weights.ConfigJson.unsupported;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.engine.decoder.DecoderConfig.Attention;
import dev.plinth.engine.decoder.DecoderConfig.Experts;
import dev.plinth.engine.decoder.DecoderConfig.FeedForward;
import dev.plinth.engine.decoder.DecoderConfig.Naming;
import dev.plinth.engine.decoder.DecoderConfig.Norms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Reads the {@code config.json} of transformers. What a family has is said once, in {@link #read}; absent fields have the values
 * that transformers gives them.
 */
public final class ConfigReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FAMILIES =
            "gemma, gemma2, gpt2, llama, mistral, mixtral, qwen2, qwen3 and qwen3_moe are supported";
    private static final Set<String> TANH_GELU = Set.of("gelu_pytorch_tanh", "gelu_new");

    private final JsonNode json;

    private ConfigReader(JsonNode json) {
        this.json = json;
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it describes a model this engine does not compute; the message names the field
     */
    public static DecoderConfig read(Path file) throws IOException {
        return of(JSON.readTree(Files.readString(file)));
    }

    /** Takes the fields of a parsed {@code config.json}; see {@link #read(Path)}. */
    public static DecoderConfig of(JsonNode json) {
        return new ConfigReader(json).read();
    }

    private DecoderConfig read() {
        String family = json.path("model_type").asText("llama");
        boolean bias = flag("attention_bias", false);
        return switch (family) {
            case "llama" ->
                rotary(
                        Naming.LLAMA,
                        attention(bias, bias, false, windows(0, layer -> false)),
                        silu(flag("mlp_bias", false)),
                        1e-6,
                        2048);
            case "mistral" ->
                rotary(
                        Naming.LLAMA,
                        attention(false, false, false, windows(window(), layer -> true)),
                        silu(false),
                        1e-6,
                        131_072);
            case "qwen2" ->
                rotary(Naming.LLAMA, attention(true, false, false, lateWindows()), silu(false), 1e-6, 32_768);
            case "qwen3" -> rotary(Naming.LLAMA, attention(bias, bias, true, lateWindows()), silu(false), 1e-6, 32_768);
            case "gemma" -> gemma(windows(0, layer -> false), false);
            case "gemma2" -> gemma(windows(window(), layer -> layer % 2 == 0), true);
            case "mixtral" -> {
                var experts = new Experts(number("num_local_experts", 8), number("num_experts_per_tok", 2), true);
                yield rotary(
                        Naming.MIXTRAL,
                        attention(false, false, false, windows(window(), layer -> true)),
                        mixture(required("intermediate_size"), experts),
                        1e-5,
                        131_072);
            }
            case "qwen3_moe" -> {
                if (number("decoder_sparse_step", 1) != 1
                        || !json.path("mlp_only_layers").isEmpty()) {
                    throw unsupported(
                            "mlp_only_layers",
                            json.path("mlp_only_layers").toString(),
                            "every layer must have experts");
                }
                var experts = new Experts(
                        number("num_experts", 128), number("num_experts_per_tok", 8), flag("norm_topk_prob", false));
                yield rotary(
                        Naming.QWEN3_MOE,
                        attention(bias, bias, true, lateWindows()),
                        mixture(required("moe_intermediate_size"), experts),
                        1e-6,
                        32_768);
            }
            case "gpt2" -> gpt2();
            default -> throw unsupported("model_type", family, FAMILIES);
        };
    }

    private DecoderConfig rotary(
            Naming naming, Attention attention, FeedForward feedForward, double epsilon, int positions) {
        return config(
                naming,
                attention,
                feedForward,
                new Norms((float) json.path("rms_norm_eps").asDouble(epsilon), false, false),
                1,
                0,
                number("max_position_embeddings", positions),
                flag("tie_word_embeddings", false));
    }

    private DecoderConfig gemma(Windows windows, boolean second) {
        Attention plain = attention(flag("attention_bias", false), flag("attention_bias", false), false, windows);
        double scalar = json.path("query_pre_attn_scalar").asDouble(plain.headSize());
        Attention attention = new Attention(
                plain.heads(),
                plain.keyValueHeads(),
                plain.headSize(),
                plain.rotation().scoreFactor() / Math.sqrt(second ? scalar : plain.headSize()),
                second ? json.path("attn_logit_softcapping").asDouble(0) : 0,
                plain.window(),
                plain.windowed(),
                plain.inputBias(),
                plain.outputBias(),
                plain.headNorms(),
                plain.rotation());
        // Gemma's first files say "gelu" and mean the tanh form; hidden_activation says so where it is given.
        String activation = json.path("hidden_activation").asText("gelu_pytorch_tanh");
        requireActivation("hidden_activation", activation, TANH_GELU);
        int hiddenSize = required("hidden_size");
        return config(
                Naming.LLAMA,
                attention,
                new FeedForward(required("intermediate_size"), true, false, Optional.empty()),
                new Norms((float) json.path("rms_norm_eps").asDouble(1e-6), true, second),
                (float) Math.sqrt(hiddenSize),
                second ? json.path("final_logit_softcapping").asDouble(0) : 0,
                number("max_position_embeddings", 8192),
                flag("tie_word_embeddings", true));
    }

    private DecoderConfig gpt2() {
        requireActivation(
                "activation_function", json.path("activation_function").asText("gelu_new"), TANH_GELU);
        if (!flag("scale_attn_weights", true) || flag("scale_attn_by_inverse_layer_idx", false)) {
            throw unsupported("scale_attn_weights", "false", "scores must be scaled by the size of a head alone");
        }
        int hiddenSize = required("n_embd");
        int heads = required("n_head");
        int layers = required("n_layer");
        int headSize = hiddenSize / heads;
        return new DecoderConfig(
                Naming.GPT2,
                required("vocab_size"),
                hiddenSize,
                layers,
                new Attention(
                        heads,
                        heads,
                        headSize,
                        Math.pow(headSize, -0.5),
                        0,
                        0,
                        everyLayer(layers, layer -> false),
                        true,
                        true,
                        false,
                        Rotation.NONE),
                new FeedForward(number("n_inner", 4 * hiddenSize), true, true, Optional.empty()),
                new Norms((float) json.path("layer_norm_epsilon").asDouble(1e-5), false, false),
                1,
                0,
                number("n_positions", 1024),
                flag("tie_word_embeddings", true),
                ids(json.path("bos_token_id")),
                ids(json.path("eos_token_id")));
    }

    private DecoderConfig config(
            Naming naming,
            Attention attention,
            FeedForward feedForward,
            Norms norms,
            float embeddingScale,
            double scoreCap,
            int maxSequenceLength,
            boolean tied) {
        return new DecoderConfig(
                naming,
                required("vocab_size"),
                required("hidden_size"),
                required("num_hidden_layers"),
                attention,
                feedForward,
                norms,
                embeddingScale,
                scoreCap,
                maxSequenceLength,
                tied,
                ids(json.path("bos_token_id")),
                ids(json.path("eos_token_id")));
    }

    /** A window's tokens (0 = none), and which layers have it. */
    private record Windows(int tokens, List<Boolean> layers) {}

    private Attention attention(boolean inputBias, boolean outputBias, boolean headNorms, Windows windows) {
        int heads = required("num_attention_heads");
        int headSize = number("head_dim", required("hidden_size") / heads);
        Rotation rotation = rotation();
        return new Attention(
                heads,
                number("num_key_value_heads", heads),
                headSize,
                rotation.scoreFactor() / Math.sqrt(headSize),
                0,
                windows.tokens(),
                windows.layers(),
                inputBias,
                outputBias,
                headNorms,
                rotation);
    }

    private FeedForward silu(boolean bias) {
        requireActivation("hidden_act", json.path("hidden_act").asText("silu"), Set.of("silu"));
        return new FeedForward(required("intermediate_size"), false, bias, Optional.empty());
    }

    private FeedForward mixture(int size, Experts experts) {
        requireActivation("hidden_act", json.path("hidden_act").asText("silu"), Set.of("silu"));
        return new FeedForward(size, false, false, Optional.of(experts));
    }

    private int window() {
        return number("sliding_window", 0);
    }

    /** Qwen's: only if asked for, and only in layers from one on. */
    private Windows lateWindows() {
        int first = number("max_window_layers", 28);
        return flag("use_sliding_window", false)
                ? windows(window(), layer -> layer >= first)
                : windows(0, layer -> false);
    }

    /** In the layers that {@code layer_types} names, else in those that the family's rule says. */
    private Windows windows(int tokens, IntPredicate rule) {
        JsonNode types = json.path("layer_types");
        IntPredicate has = types.isArray() ? layer -> types.path(layer).asText().equals("sliding_attention") : rule;
        return new Windows(tokens, everyLayer(required("num_hidden_layers"), layer -> tokens > 0 && has.test(layer)));
    }

    private static List<Boolean> everyLayer(int layers, IntPredicate rule) {
        return IntStream.range(0, layers).mapToObj(rule::test).toList();
    }

    /** Older files say rope_scaling {type}, newer ones rope_parameters {rope_type, rope_theta}. */
    private Rotation rotation() {
        JsonNode newer = json.path("rope_parameters");
        double theta = json.path("rope_theta").asDouble(newer.path("rope_theta").asDouble(10_000));
        String field = json.path("rope_scaling").isObject() ? "rope_scaling" : "rope_parameters";
        return new Rotation(theta, scaling(field, json.path(field)));
    }

    private Rotation.Scaling scaling(String field, JsonNode scaling) {
        String kind = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
        double factor = scaling.path("factor").asDouble(1);
        int original = scaling.path("original_max_position_embeddings").asInt(number("max_position_embeddings", 2048));
        return switch (kind) {
            case "default" -> new Rotation.Unscaled();
            case "linear" -> new Rotation.Linear(factor);
            case "llama3" ->
                new Rotation.Llama3(
                        factor,
                        scaling.path("low_freq_factor").asDouble(1),
                        scaling.path("high_freq_factor").asDouble(4),
                        original);
            case "yarn" ->
                new Rotation.Yarn(
                        factor,
                        scaling.path("beta_fast").asDouble(32),
                        scaling.path("beta_slow").asDouble(1),
                        original,
                        scaling.path("attention_factor").asDouble(yarnAttention(scaling, factor)),
                        scaling.path("truncate").asBoolean(true));
            default -> throw unsupported(field, kind, "default, linear, llama3 and yarn are supported");
        };
    }

    private static double yarnAttention(JsonNode scaling, double factor) {
        double one = scaling.path("mscale").asDouble(0);
        double all = scaling.path("mscale_all_dim").asDouble(0);
        double log = factor <= 1 ? 0 : 0.1 * Math.log(factor);
        return one != 0 && all != 0 ? (one * log + 1) / (all * log + 1) : log + 1;
    }

    private static void requireActivation(String field, String activation, Set<String> supported) {
        if (!supported.contains(activation)) {
            throw unsupported(
                    field,
                    activation,
                    "only " + String.join(" and ", supported.stream().sorted().toList()) + " is supported");
        }
    }

    private boolean flag(String field, boolean otherwise) {
        return json.path(field).asBoolean(otherwise);
    }

    private int number(String field, int otherwise) {
        return json.path(field).asInt(otherwise);
    }

    private int required(String field) {
        JsonNode value = json.path(field);
        if (!value.isInt()) {
            throw new IllegalArgumentException("config.json has no whole number \"" + field + "\"");
        }
        return value.asInt();
    }
}
