package dev.plinth.engine.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlamaConfigTest {
    private static final LlamaConfig CONFIG =
            new LlamaConfig(256, 128, 344, 4, 4, 2, 32, 1e-5f, 10_000, 256, true, List.of(1), List.of(2, 3));

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        assertThat(parse(CONFIG.toJson())).isEqualTo(CONFIG);
    }

    @Test
    void absentFieldsHaveTheDefaultsOfTransformers() throws Exception {
        LlamaConfig config = parse("""
                {"vocab_size": 10, "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 1,
                 "num_attention_heads": 2}""");

        assertThat(config)
                .isEqualTo(new LlamaConfig(10, 8, 16, 1, 2, 2, 4, 1e-6f, 10_000, 2048, false, List.of(), List.of()));
    }

    @Test
    void theNewerPlaceOfTheRotationBaseIsRead() throws Exception {
        String json = CONFIG.toJson()
                .replace(
                        "\"rope_theta\" : 10000.0",
                        "\"rope_parameters\" : {\"rope_type\": \"default\", \"rope_theta\": 5e5}");

        assertThat(parse(json).ropeTheta()).isEqualTo(500_000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "model_type" : "llama"     | "model_type" : "qwen3"                       | model_type is "qwen3": only "llama" is supported
            "hidden_act" : "silu"      | "hidden_act" : "gelu"                        | hidden_act is "gelu": only "silu" is supported
            "hidden_act" : "silu"      | "attention_bias" : true                      | attention_bias is "true": weights with biases are not supported
            "hidden_act" : "silu"      | "rope_scaling" : {"rope_type" : "llama3"}    | rope_scaling is "llama3": only unscaled rotary embeddings are supported
            "hidden_act" : "silu"      | "rope_scaling" : {"type" : "linear"}         | rope_scaling is "linear": only unscaled rotary embeddings are supported
            "vocab_size" : 256         | "vocab" : 256                                | no whole number "vocab_size"
            "num_hidden_layers" : 4    | "num_hidden_layers" : 0                      | num_hidden_layers must be positive, not 0
            "num_key_value_heads" : 2  | "num_key_value_heads" : 3                    | num_attention_heads (4) must be a multiple of num_key_value_heads (3)
            "head_dim" : 32            | "head_dim" : 31                              | head_dim (31) must be even
            """)
    void whatTheDecoderDoesNotComputeIsRefusedByName(String field, String instead, String message) {
        assertThatThrownBy(() -> parse(CONFIG.toJson().replace(field, instead)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static LlamaConfig parse(String json) throws Exception {
        return LlamaConfig.of(new ObjectMapper().readTree(json));
    }
}
