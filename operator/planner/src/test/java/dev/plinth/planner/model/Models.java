package dev.plinth.planner.model;

import java.util.Map;
import java.util.TreeMap;

/** Published models by their {@code config.json}, the fields that matter. */
public final class Models {
    private Models() {}

    public static ModelShape read(String family, Object... fields) {
        return HuggingFaceConfig.read(family, config(family, fields));
    }

    static Map<String, Object> config(String family, Object... fields) {
        var config = new TreeMap<String, Object>();
        config.put("model_type", family);
        for (var i = 0; i < fields.length; i += 2) {
            config.put((String) fields[i], fields[i + 1]);
        }
        return config;
    }

    public static ModelShape llama(int hidden, int layers, int heads, int keyValueHeads, int inner, int vocabulary) {
        return read(
                "llama",
                "hidden_size",
                hidden,
                "num_hidden_layers",
                layers,
                "num_attention_heads",
                heads,
                "num_key_value_heads",
                keyValueHeads,
                "intermediate_size",
                inner,
                "vocab_size",
                vocabulary);
    }

    public static ModelShape llama8b() {
        return llama(4096, 32, 32, 8, 14_336, 128_256);
    }

    public static ModelShape llama70b() {
        return llama(8192, 80, 64, 8, 28_672, 128_256);
    }

    public static ModelShape llama405b() {
        return llama(16_384, 126, 128, 8, 53_248, 128_256);
    }

    public static ModelShape mixtral() {
        return read(
                "mixtral",
                "hidden_size",
                4096,
                "num_hidden_layers",
                32,
                "num_attention_heads",
                32,
                "num_key_value_heads",
                8,
                "intermediate_size",
                14_336,
                "vocab_size",
                32_000,
                "num_local_experts",
                8,
                "num_experts_per_tok",
                2);
    }

    public static ModelShape deepSeekV3() {
        return read(
                "deepseek_v3",
                "hidden_size",
                7168,
                "num_hidden_layers",
                61,
                "num_attention_heads",
                128,
                "q_lora_rank",
                1536,
                "kv_lora_rank",
                512,
                "qk_nope_head_dim",
                128,
                "qk_rope_head_dim",
                64,
                "v_head_dim",
                128,
                "intermediate_size",
                18_432,
                "moe_intermediate_size",
                2048,
                "n_routed_experts",
                256,
                "n_shared_experts",
                1,
                "num_experts_per_tok",
                8,
                "first_k_dense_replace",
                3,
                "vocab_size",
                129_280);
    }
}
