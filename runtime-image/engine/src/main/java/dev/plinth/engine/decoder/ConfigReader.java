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
import dev.plinth.engine.weights.ConfigJson;
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
            "gemma, gemma2, gpt2, llama, mistral, mixtral, phi3, qwen2, qwen3 and qwen3_moe are supported";
    private static final Set<String> TANH_GELU = Set.of("gelu_pytorch_tanh", "gelu_new");
    private static final Set<String> LAYER_TYPES = Set.of("full_attention", "sliding_attention");
    private static final int USUAL_WINDOW = 4096;

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
        if (json.path("quantization_config").isObject()) {
            throw unsupported(
                    "quantization_config",
                    json.path("quantization_config").path("quant_method").asText("unknown"),
                    "weights must be floats; the engine makes them integers itself");
        }
        boolean bias = flag("attention_bias", false);
        return switch (family()) {
            case "llama" ->
                rotary(
                        Naming.LLAMA,
                        attention(heads(), bias, bias, windows(0, layer -> false), rotation()),
                        silu(flag("mlp_bias", false)),
                        1e-6);
            case "mistral" ->
                rotary(
                        Naming.LLAMA,
                        attention(heads().shared(8), false, false, everywhere(USUAL_WINDOW), rotation()),
                        silu(false),
                        1e-6);
            case "qwen2" ->
                rotary(
                        Naming.LLAMA,
                        attention(heads().shared(32), true, false, lateWindows(), rotation()),
                        silu(false),
                        1e-6);
            case "qwen3" ->
                rotary(
                        Naming.LLAMA,
                        attention(heads().shared(32).size(128).withNorms(), bias, bias, lateWindows(), rotation()),
                        silu(false),
                        1e-6);
            case "gemma" ->
                gemma(attention(heads().shared(16).size(256), bias, bias, windows(0, layer -> false), rotation()));
            case "gemma2" -> gemma2();
            case "mixtral" -> {
                var experts = new Experts(number("num_local_experts", 8), number("num_experts_per_tok", 2), true);
                yield rotary(
                        Naming.MIXTRAL,
                        attention(heads().shared(8), false, false, everywhere(0), rope().everyChannel(1_000_000)),
                        mixture(required("intermediate_size"), experts),
                        1e-5);
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
                        attention(heads().shared(4).withNorms(), bias, bias, lateWindows(), rotation()),
                        mixture(number("moe_intermediate_size", 768), experts),
                        1e-6);
            }
            case "phi3" ->
                rotary(
                        Naming.PHI3,
                        attention(heads(), false, false, everywhere(0), rope().firstChannels(10_000)),
                        silu(false),
                        1e-5);
            case "gpt2" -> gpt2();
            default -> throw unsupported("model_type", family(), FAMILIES);
        };
    }

    private String family() {
        return json.path("model_type").asText("llama");
    }

    private DecoderConfig rotary(Naming naming, Attention attention, FeedForward feedForward, double epsilon) {
        return config(
                naming,
                attention,
                feedForward,
                new Norms((float) decimal("rms_norm_eps", epsilon), false, false),
                1,
                0,
                rope().longest(),
                flag("tie_word_embeddings", false));
    }

    private DecoderConfig gemma(Attention attention) {
        // The first files say "gelu" in hidden_act and mean the tanh form; hidden_activation says so where it is given.
        String activation = json.path("hidden_activation").asText("");
        if (activation.isEmpty()) {
            String older = json.path("hidden_act").asText("gelu");
            requireActivation("hidden_act", older, Set.of("gelu", "gelu_pytorch_tanh", "gelu_new"));
        } else {
            requireActivation("hidden_activation", activation, TANH_GELU);
        }
        return gemma(attention, false, 0);
    }

    private DecoderConfig gemma2() {
        boolean bias = flag("attention_bias", false);
        Attention plain = attention(
                heads().shared(4).size(256),
                bias,
                bias,
                windows(window(USUAL_WINDOW), layer -> layer % 2 == 0),
                rotation());
        requireActivation("hidden_activation", json.path("hidden_activation").asText("gelu_pytorch_tanh"), TANH_GELU);
        Attention attention = new Attention(
                plain.heads(),
                plain.keyValueHeads(),
                plain.headSize(),
                1 / Math.sqrt(decimal("query_pre_attn_scalar", 256)),
                decimal("attn_logit_softcapping", 50),
                plain.window(),
                plain.windowed(),
                plain.inputBias(),
                plain.outputBias(),
                plain.headNorms(),
                plain.rotation());
        return gemma(attention, true, decimal("final_logit_softcapping", 30));
    }

    private DecoderConfig gemma(Attention attention, boolean normsBehind, double scoreCap) {
        return config(
                Naming.LLAMA,
                attention,
                new FeedForward(required("intermediate_size"), true, false, Optional.empty()),
                new Norms((float) decimal("rms_norm_eps", 1e-6), true, normsBehind),
                (float) Math.sqrt(required("hidden_size")),
                scoreCap,
                rope().longest(),
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
        if (hiddenSize % heads != 0) {
            throw new IllegalArgumentException(
                    "config.json: n_embd (%d) must be a multiple of n_head (%d)".formatted(hiddenSize, heads));
        }
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
                new Norms((float) decimal("layer_norm_epsilon", 1e-5), false, false),
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

    /**
     * What a family's heads are like where the file does not say it.
     *
     * @param shared key and value heads
     * @param normed whether queries and keys are normalised head by head
     */
    private record Heads(int count, int shared, int size, boolean normed) {
        Heads shared(int heads) {
            return new Heads(count, heads, size, normed);
        }

        Heads size(int channels) {
            return new Heads(count, shared, channels, normed);
        }

        Heads withNorms() {
            return new Heads(count, shared, size, true);
        }
    }

    private Heads heads() {
        int heads = required("num_attention_heads");
        return new Heads(heads, heads, required("hidden_size") / heads, false);
    }

    private Attention attention(
            Heads heads, boolean inputBias, boolean outputBias, Windows windows, Rotation rotation) {
        int headSize = json.path("head_dim").isNull()
                ? required("hidden_size") / heads.count()
                : number("head_dim", heads.size());
        int shared = json.path("num_key_value_heads").isNull()
                ? heads.count()
                : number("num_key_value_heads", heads.shared());
        return new Attention(
                heads.count(),
                shared,
                headSize,
                1 / Math.sqrt(headSize),
                0,
                windows.tokens(),
                windows.layers(),
                inputBias,
                outputBias,
                heads.normed(),
                rotation);
    }

    private RopeReader rope() {
        int usual = switch (family()) {
            case "mistral", "mixtral" -> 131_072;
            case "qwen2", "qwen3", "qwen3_moe" -> 32_768;
            case "gemma", "gemma2" -> 8192;
            case "phi3" -> 4096;
            default -> 2048;
        };
        return new RopeReader(json, number("max_position_embeddings", usual));
    }

    private Rotation rotation() {
        return rope().everyChannel(10_000);
    }

    private FeedForward silu(boolean bias) {
        requireActivation("hidden_act", json.path("hidden_act").asText("silu"), Set.of("silu"));
        return new FeedForward(required("intermediate_size"), false, bias, Optional.empty());
    }

    private FeedForward mixture(int size, Experts experts) {
        requireActivation("hidden_act", json.path("hidden_act").asText("silu"), Set.of("silu"));
        return new FeedForward(size, false, false, Optional.of(experts));
    }

    /** None if the file says null; the family's if it says nothing. */
    private int window(int otherwise) {
        return json.path("sliding_window").isNull() ? 0 : number("sliding_window", otherwise);
    }

    private Windows everywhere(int otherwise) {
        return windows(window(otherwise), layer -> true);
    }

    /** Qwen's: only if asked for, and only in layers from one on. */
    private Windows lateWindows() {
        int first = number("max_window_layers", 28);
        return flag("use_sliding_window", false)
                ? windows(window(USUAL_WINDOW), layer -> layer >= first)
                : windows(0, layer -> false);
    }

    /** In the layers that {@code layer_types} names, else in those that the family's rule says. */
    private Windows windows(int tokens, IntPredicate rule) {
        JsonNode types = json.path("layer_types");
        types.forEach(type -> {
            if (!LAYER_TYPES.contains(type.asText())) {
                throw unsupported(
                        "layer_types", type.asText(), "only full_attention and sliding_attention are supported");
            }
        });
        IntPredicate has = types.isArray() ? layer -> types.path(layer).asText().equals("sliding_attention") : rule;
        return new Windows(tokens, everyLayer(required("num_hidden_layers"), layer -> tokens > 0 && has.test(layer)));
    }

    private static List<Boolean> everyLayer(int layers, IntPredicate rule) {
        return IntStream.range(0, layers).mapToObj(rule::test).toList();
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
        return absent(field) ? otherwise : required(field);
    }

    private double decimal(String field, double otherwise) {
        return json.path(field).isNull() ? 0 : decimal(json, field, otherwise);
    }

    static double decimal(JsonNode json, String field, double otherwise) {
        JsonNode value = json.path(field);
        if (!value.isMissingNode() && !value.isNull() && !value.isNumber()) {
            throw unsupported(field, value.toString(), "it must be a number");
        }
        return value.asDouble(otherwise);
    }

    private boolean absent(String field) {
        return json.path(field).isMissingNode() || json.path(field).isNull();
    }

    private int required(String field) {
        return ConfigJson.required(json, field);
    }
}
