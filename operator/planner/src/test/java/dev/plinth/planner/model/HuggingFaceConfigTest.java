package dev.plinth.planner.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceConfigTest {
    @Test
    void an_unknown_family_is_answered_with_the_nearest_known_one() {
        assertThatThrownBy(() -> Models.read("lama"))
                .isInstanceOf(UnknownModelException.class)
                .hasMessageContaining("'lama' is unknown")
                .hasMessageContaining("nearest known one is 'llama'");
    }

    @Test
    void a_missing_field_is_named() {
        assertThatThrownBy(() -> Models.read("llama", "hidden_size", 4096))
                .hasMessage("config.json has no number 'num_attention_heads'");
    }

    @Test
    void zero_and_absurd_sizes_are_refused() {
        assertThatThrownBy(() -> Models.llama(0, 32, 32, 8, 14_336, 128_256))
                .hasMessageContaining("'hidden_size' is 0");
        assertThatThrownBy(() -> Models.llama(4096, 2_000_000_000, 32, 8, 14_336, 128_256))
                .hasMessageContaining("must be a whole number from 1 to 10000000");
    }

    @Test
    void heads_that_do_not_divide_the_width_are_answered_with_the_nearest_that_do() {
        assertThatThrownBy(() -> Models.llama(4096, 32, 33, 8, 14_336, 128_256))
                .hasMessage(
                        "config.json: 'num_attention_heads' 33 does not divide 'hidden_size' 4096; the nearest value that does is 32");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "num_hidden_layers|-32|'num_hidden_layers' is -32.0; it must be a whole number from 1 to 10000000",
                "num_hidden_layers|0|'num_hidden_layers' is 0.0; it must be a whole number from 1 to 10000000",
                "num_hidden_layers|1.5|'num_hidden_layers' is 1.5; it must be a whole number from 1 to 10000000",
                "num_hidden_layers|1e300|'num_hidden_layers' is 1.0E300; it must be a whole number from 1 to 10000000",
                "num_key_value_heads|0|'num_key_value_heads' is 0.0; it must be a whole number from 1 to 10000000",
                "num_key_value_heads|7|'num_key_value_heads' 7 does not divide 'num_attention_heads' 32; the nearest value that does is 8",
                "head_dim|0|'head_dim' is 0.0; it must be a whole number from 1 to 10000000",
                "head_dim|10000000|the sizes of the model make",
                "num_hidden_layers|10000000|the sizes of the model make"
            })
    void a_number_that_cannot_be_is_answered_with_those_that_can(String field, double value, String message) {
        var model = config(LLAMA, Map.of(field, value));
        assertThatThrownBy(() -> HuggingFaceConfig.read("llama", model))
                .isInstanceOf(UnknownModelException.class)
                .hasMessageContaining(message);
    }

    @Test
    void a_value_of_another_kind_is_refused_and_repeated_in_part_at_most() {
        assertThat(refusal(config(LLAMA, Map.of("hidden_size", "4096"))))
                .startsWith("config.json: 'hidden_size' is '4096'; it must be a whole number");
        assertThat(refusal(config(LLAMA, Map.of("tie_word_embeddings", "yes"))))
                .isEqualTo("config.json: 'tie_word_embeddings' is 'yes'; it must be true or false");
        assertThat(refusal(config(LLAMA, Map.of("hidden_size", List.of(1, 2)))))
                .startsWith("config.json: 'hidden_size' is [1, 2]; ");
        assertThat(refusal(config(LLAMA, Map.of("vocab_size", "9".repeat(30_000)))))
                .hasSizeLessThan(200);
        assertThat(refusal(config(LLAMA, Map.of("model_type", "x".repeat(30_000)))))
                .hasSizeLessThan(400);
        assertThat(refusal(Map.of())).startsWith("config.json has no text 'model_type'; known are deepseek_v2, ");
    }

    @Test
    void what_has_no_weights_changes_nothing() {
        var scaled = config(LLAMA, Map.of("rope_scaling", Map.of("rope_type", "llama3", "factor", 8.0)));

        assertThat(HuggingFaceConfig.read("llama", scaled))
                .isEqualTo(HuggingFaceConfig.read("llama", config(LLAMA, Map.of())));
    }

    @Test
    void more_experts_for_a_token_than_there_are_is_refused() {
        assertThat(refusal(config(
                        LLAMA, Map.of("model_type", "mixtral", "num_local_experts", 8, "num_experts_per_tok", 9))))
                .isEqualTo(
                        "config.json: 'num_experts_per_tok' is 9 of 'num_local_experts' 8; it must be a whole number from 1 to 8");
    }

    @Test
    void layers_that_take_turns_with_dense_ones_are_not_taken_for_those_with_experts() {
        var moe = Map.<String, Object>of(
                "model_type", "qwen3_moe", "num_experts", 8, "num_experts_per_tok", 2, "moe_intermediate_size", 768);
        var plain = config(LLAMA, moe);

        assertThat(HuggingFaceConfig.read("moe", plain).expertLayers()).isEqualTo(32);
        assertThat(refusal(config(plain, Map.of("decoder_sparse_step", 2))))
                .isEqualTo("config.json: 'decoder_sparse_step' is 2; only 1 is understood");
        assertThat(refusal(config(plain, Map.of("mlp_only_layers", List.of(0)))))
                .isEqualTo("config.json: 'mlp_only_layers' is [0]; only [] is understood");
    }

    @RepeatedTest(20)
    void whatever_stands_in_a_config_it_is_a_shape_of_some_size_or_is_refused(RepetitionInfo draw) {
        var random = new Random(draw.getCurrentRepetition());
        var odd =
                List.of(0, -1, 1, 3, 7, 64, 4096, 10_000_000, 3_000_000_000L, 1e300, Double.NaN, "8", true, List.of());
        for (var family : HuggingFaceConfig.FAMILIES) {
            for (var i = 0; i < 200; i++) {
                var config = new HashMap<>(EVERY_FIELD);
                config.put("model_type", family);
                for (var field : EVERY_FIELD.keySet()) {
                    if (random.nextInt(8) == 0) {
                        config.put(field, odd.get(random.nextInt(odd.size())));
                    }
                }
                try {
                    var shape = HuggingFaceConfig.read(family, config);
                    assertThat(shape.parameters()).isPositive();
                    assertThat(shape.activeParameters()).isBetween(1L, shape.parameters());
                    assertThat(shape.forwardFlopsPerToken(100_000_000)).isPositive();
                } catch (UnknownModelException refused) {
                    assertThat(refused).hasMessageMatching("(config.json|the sizes of the model).{10,400}");
                }
            }
        }
    }

    private static final Map<String, Object> EVERY_FIELD = Map.ofEntries(
            Map.entry("hidden_size", 4096),
            Map.entry("n_embd", 4096),
            Map.entry("d_model", 4096),
            Map.entry("num_hidden_layers", 32),
            Map.entry("n_layer", 32),
            Map.entry("n_layers", 32),
            Map.entry("num_attention_heads", 32),
            Map.entry("n_head", 32),
            Map.entry("n_heads", 32),
            Map.entry("num_key_value_heads", 8),
            Map.entry("head_dim", 128),
            Map.entry("intermediate_size", 14_336),
            Map.entry("n_inner", 14_336),
            Map.entry("expansion_ratio", 4),
            Map.entry("vocab_size", 128_256),
            Map.entry("n_positions", 1024),
            Map.entry("q_lora_rank", 1536),
            Map.entry("kv_lora_rank", 512),
            Map.entry("qk_nope_head_dim", 128),
            Map.entry("qk_rope_head_dim", 64),
            Map.entry("v_head_dim", 128),
            Map.entry("moe_intermediate_size", 2048),
            Map.entry("n_routed_experts", 64),
            Map.entry("n_shared_experts", 1),
            Map.entry("num_experts", 64),
            Map.entry("num_local_experts", 64),
            Map.entry("num_experts_per_tok", 8),
            Map.entry("first_k_dense_replace", 1),
            Map.entry("tie_word_embeddings", false),
            Map.entry("attention_bias", false),
            Map.entry("mlp_bias", false));

    private static final Map<String, Object> LLAMA = Map.of(
            "model_type", "llama",
            "hidden_size", 4096,
            "num_hidden_layers", 32,
            "num_attention_heads", 32,
            "num_key_value_heads", 8,
            "intermediate_size", 14_336,
            "vocab_size", 128_256);

    private static Map<String, Object> config(Map<String, Object> some, Map<String, ?> others) {
        var all = new HashMap<>(some);
        all.putAll(others);
        return all;
    }

    private static String refusal(Map<String, Object> config) {
        var thrown = catchThrowableOfType(UnknownModelException.class, () -> HuggingFaceConfig.read("model", config));
        return Objects.requireNonNull(thrown.getMessage());
    }
}
