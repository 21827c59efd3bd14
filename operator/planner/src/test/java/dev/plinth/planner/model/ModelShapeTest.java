package dev.plinth.planner.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Parameters are those that the published weights have, to the last one. */
class ModelShapeTest {
    @Test
    void llama_3_1_has_the_parameters_of_its_weights() {
        assertThat(Models.llama8b().parameters()).isEqualTo(8_030_261_248L);
        assertThat(Models.llama70b().parameters()).isEqualTo(70_553_706_496L);
        assertThat(Models.llama405b().parameters()).isEqualTo(405_853_388_800L);
    }

    @Test
    void gpt_2_ties_its_embedding_and_learns_its_positions() {
        var gpt2 = Models.read(
                "gpt2", "n_embd", 768, "n_layer", 12, "n_head", 12, "vocab_size", 50_257, "n_positions", 1024);
        assertThat(gpt2.parameters()).isEqualTo(124_439_808L);
    }

    @Test
    void qwen_2_5_has_biases_on_queries_keys_and_values_and_a_tied_head() {
        var qwen = Models.read(
                "qwen2",
                "hidden_size",
                896,
                "num_hidden_layers",
                24,
                "num_attention_heads",
                14,
                "num_key_value_heads",
                2,
                "intermediate_size",
                4864,
                "vocab_size",
                151_936,
                "tie_word_embeddings",
                true);
        assertThat(qwen.parameters()).isEqualTo(494_032_768L);
    }

    @Test
    void mixtral_holds_eight_experts_and_uses_two() {
        assertThat(Models.mixtral().parameters()).isEqualTo(46_702_792_704L);
        assertThat(Models.mixtral().activeParameters()).isEqualTo(12_879_925_248L);
    }

    @Test
    void qwen_3_normalises_queries_and_keys() {
        var qwen = Models.read(
                "qwen3_moe",
                "hidden_size",
                2048,
                "num_hidden_layers",
                48,
                "num_attention_heads",
                32,
                "num_key_value_heads",
                4,
                "head_dim",
                128,
                "intermediate_size",
                6144,
                "moe_intermediate_size",
                768,
                "num_experts",
                128,
                "num_experts_per_tok",
                8,
                "vocab_size",
                151_936);
        assertThat(qwen.parameters()).isEqualTo(30_532_122_624L);
    }

    @Test
    void deepseek_v3_compresses_keys_and_values_and_balances_its_experts() {
        var deepSeek = Models.deepSeekV3();
        assertThat(deepSeek.parameters()).isEqualTo(671_026_419_200L);
        assertThat(deepSeek.attention().cachedPerToken()).isEqualTo(576);
        assertThat((double) deepSeek.activeParameters()).isCloseTo(37.5e9, within(0.3e9));
    }

    @Test
    void operations_per_matrix_add_up_to_the_closed_form_for_gpt() {
        var gpt = ModelShape.gpt("175B", 51_200, 12_288, 96, 96, 2048);
        double batch = 1536;
        double sequence = 2048;
        double hidden = 12_288;
        double layers = 96;
        var square = batch * sequence * layers * hidden * hidden;
        var attention = sequence / (6 * hidden);
        assertThat(FlopConvention.MODEL.perStep(gpt, 1536, 2048))
                .isCloseTo(72 * square * (1 + attention + 51_200 / (12 * layers * hidden)), within(1e15));
        assertThat(FlopConvention.WITH_RECOMPUTATION.perStep(gpt, 1536, 2048))
                .isCloseTo(96 * square * (1 + attention + 51_200 / (16 * layers * hidden)), within(1e15));
    }

    @Test
    void megascale_s_table_follows_from_its_times() {
        var model = ModelShape.gpt("175B", 64_000, 12_288, 96, 128, 2048);
        assertThat(utilisation(model, 768, 40.0, 256)).isCloseTo(0.530, within(0.001));
        assertThat(utilisation(model, 768, 11.9, 1024)).isCloseTo(0.446, within(0.001));
        assertThat(utilisation(model, 6144, 8.57, 12_288)).isCloseTo(0.413, within(0.001));
    }

    private static double utilisation(ModelShape model, int batch, double seconds, int gpus) {
        return FlopConvention.MODEL.perStep(model, batch, 2048) / seconds / gpus / 312e12;
    }

    @Test
    void mt_nlg_s_table_follows_from_its_times() {
        var model = ModelShape.gpt("530B", 51_200, 20_480, 105, 128, 2048);
        assertThat(FlopConvention.WITH_RECOMPUTATION.perStep(model, 1920, 2048) / 60.1 / 2240 / 1e12)
                .isCloseTo(125.8, within(0.1));
        assertThat(FlopConvention.WITH_RECOMPUTATION.perStep(model, 1920, 2048) / 44.4 / 3360 / 1e12)
                .isCloseTo(113.5, within(0.1));
    }
}
