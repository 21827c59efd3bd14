package dev.plinth.planner.model;

import dev.plinth.planner.model.ModelShape.Norm;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a {@link ModelShape} from the content of a Hugging Face {@code config.json}, parsed by whoever holds the text: objects are
 * maps, arrays lists, numbers {@link Number}s.
 */
public final class HuggingFaceConfig {
    /** Values of {@code model_type} that are understood. */
    public static final List<String> FAMILIES = List.of(
            "deepseek_v2",
            "deepseek_v3",
            "gpt2",
            "gpt_neox",
            "gpt_oss",
            "llama",
            "mistral",
            "mixtral",
            "mpt",
            "phi3",
            "qwen2",
            "qwen3",
            "qwen3_moe");

    private final Fields fields;
    private final String family;

    private HuggingFaceConfig(Map<String, ?> config) {
        fields = new Fields(config);
        family = fields.text("model_type", FAMILIES);
    }

    /**
     * The shape that a {@code config.json} describes.
     *
     * @throws UnknownModelException if the family is unknown or a field is missing or absurd; the message says which
     */
    public static ModelShape read(String name, Map<String, ?> config) {
        return new HuggingFaceConfig(config).shape(name);
    }

    private ModelShape shape(String name) {
        return switch (family) {
            case "gpt2" -> gpt2(name);
            case "mpt" -> mpt(name);
            case "gpt_neox" -> neox(name);
            case "llama", "mistral", "phi3", "qwen2", "qwen3" -> llama(name, Optional.empty());
            case "mixtral" -> llama(name, Optional.of(routed("num_local_experts", "intermediate_size")));
            case "qwen3_moe" -> {
                fields.only("decoder_sparse_step", 1);
                fields.only("mlp_only_layers", List.of());
                yield llama(name, Optional.of(routed("num_experts", "moe_intermediate_size")));
            }
            case "gpt_oss" -> gptOss(name);
            case "deepseek_v2", "deepseek_v3" -> deepSeek(name);
            default ->
                throw new UnknownModelException("model_type %s is unknown; the nearest known one is '%s'; known are %s"
                        .formatted(Fields.shown(family), nearest(family), String.join(", ", FAMILIES)));
        };
    }

    private ModelShape gpt2(String name) {
        var hidden = fields.count("n_embd");
        var heads = fields.count("n_head");
        var inner = fields.countOr("n_inner", 4 * hidden);
        return new ModelShape(
                name,
                fields.count("vocab_size"),
                hidden,
                fields.count("n_layer"),
                new Attention.GroupedQuery(heads, heads, fields.share("n_embd", "n_head"), true, true, false, false),
                new FeedForward(inner, false, true),
                Optional.empty(),
                true,
                fields.count("n_positions"),
                Norm.SCALE_AND_BIAS,
                true);
    }

    private ModelShape mpt(String name) {
        var hidden = fields.count("d_model");
        var heads = fields.count("n_heads");
        return new ModelShape(
                name,
                fields.count("vocab_size"),
                hidden,
                fields.count("n_layers"),
                Attention.GroupedQuery.of(heads, heads, fields.share("d_model", "n_heads")),
                new FeedForward(
                        fields.times("expansion_ratio", fields.countOr("expansion_ratio", 4), hidden), false, false),
                Optional.empty(),
                true,
                0,
                Norm.SCALE,
                false);
    }

    private ModelShape neox(String name) {
        var heads = fields.count("num_attention_heads");
        var size = fields.share("hidden_size", "num_attention_heads");
        return new ModelShape(
                name,
                fields.count("vocab_size"),
                fields.count("hidden_size"),
                fields.count("num_hidden_layers"),
                new Attention.GroupedQuery(heads, heads, size, true, true, false, false),
                new FeedForward(fields.count("intermediate_size"), false, true),
                Optional.empty(),
                fields.flagOr("tie_word_embeddings", false),
                0,
                Norm.SCALE_AND_BIAS,
                false);
    }

    private ModelShape llama(String name, Optional<Experts> experts) {
        var bias = fields.flagOr("attention_bias", false);
        int headSize = headSize();
        var attention = new Attention.GroupedQuery(
                fields.count("num_attention_heads"),
                fields.divisor("num_key_value_heads", fields.count("num_attention_heads"), "num_attention_heads"),
                headSize,
                bias || family.equals("qwen2"),
                bias,
                family.startsWith("qwen3"),
                false);
        return modern(name, attention, experts);
    }

    private ModelShape gptOss(String name) {
        var attention = new Attention.GroupedQuery(
                fields.count("num_attention_heads"),
                fields.divisor("num_key_value_heads", fields.count("num_attention_heads"), "num_attention_heads"),
                headSize(),
                true,
                true,
                false,
                true);
        var expert = new FeedForward(fields.count("intermediate_size"), true, true);
        var experts = new Experts(
                fields.count("num_local_experts"),
                fields.part("num_experts_per_tok", "num_local_experts"),
                expert,
                0,
                true,
                false,
                0);
        return modern(name, attention, Optional.of(experts));
    }

    private ModelShape deepSeek(String name) {
        var attention = new Attention.Latent(
                fields.count("num_attention_heads"),
                fields.countOrNone("q_lora_rank"),
                fields.count("kv_lora_rank"),
                fields.count("qk_nope_head_dim"),
                fields.count("qk_rope_head_dim"),
                fields.count("v_head_dim"));
        fields.only("moe_layer_freq", 1);
        var inner = fields.count("moe_intermediate_size");
        var experts = new Experts(
                fields.count("n_routed_experts"),
                fields.part("num_experts_per_tok", "n_routed_experts"),
                new FeedForward(inner, true, false),
                fields.times("n_shared_experts", fields.countOrNone("n_shared_experts"), inner),
                false,
                family.equals("deepseek_v3"),
                fields.countOrNone("first_k_dense_replace"));
        return modern(name, attention, Optional.of(experts));
    }

    private ModelShape modern(String name, Attention attention, Optional<Experts> experts) {
        return new ModelShape(
                name,
                fields.count("vocab_size"),
                fields.count("hidden_size"),
                fields.count("num_hidden_layers"),
                attention,
                new FeedForward(fields.count("intermediate_size"), true, fields.flagOr("mlp_bias", false)),
                experts,
                fields.flagOr("tie_word_embeddings", false),
                0,
                Norm.SCALE,
                false);
    }

    private int headSize() {
        return fields.has("head_dim") ? fields.count("head_dim") : fields.share("hidden_size", "num_attention_heads");
    }

    private Experts routed(String count, String inner) {
        return new Experts(
                fields.count(count),
                fields.part("num_experts_per_tok", count),
                new FeedForward(fields.count(inner), true, false),
                0,
                false,
                false,
                0);
    }

    private static String nearest(String family) {
        return FAMILIES.stream()
                .min(Comparator.comparingInt((String known) -> distance(known, family))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    /** Levenshtein's edit distance. */
    private static int distance(String one, String other) {
        var row = new int[other.length() + 1];
        for (var j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (var i = 1; i <= one.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.length(); j++) {
                var substituted = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
