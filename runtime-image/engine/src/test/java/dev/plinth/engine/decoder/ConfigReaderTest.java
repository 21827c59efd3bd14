package dev.plinth.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plinth.engine.llama.LlamaConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    private static final LlamaConfig LLAMA =
            new LlamaConfig(256, 128, 344, 4, 4, 2, 32, 1e-5f, 10_000, 256, true, List.of(1), List.of(2, 3));

    @Test
    void whatTheTrainerWritesIsReadBack() throws Exception {
        assertThat(read("{}")).isEqualTo(DecoderConfig.of(LLAMA));
    }

    @Test
    void theNewerPlaceOfTheRotationIsRead() throws Exception {
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(LLAMA.toJson());
        json.remove("rope_theta");
        json.set("rope_parameters", new ObjectMapper().readTree("""
            {"rope_type": "linear", "factor": 4.0, "rope_theta": 500000.0}\
            """));

        assertThat(ConfigReader.of(json).attention().rotation())
                .isEqualTo(new Rotation(500_000, new Rotation.Linear(4)));
    }

    @Test
    void qwensWindowIsThereOnlyIfAskedForAndInLaterLayers() throws Exception {
        String fields = "\"model_type\": \"qwen2\", \"sliding_window\": 100, \"max_window_layers\": 3";

        assertThat(read("{" + fields + "}").attention().windowed()).doesNotContain(true);
        assertThat(read("{" + fields + ", \"use_sliding_window\": true}")
                        .attention()
                        .windowed())
                .containsExactly(false, false, false, true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"model_type": "bert"}                                  | model_type is "bert": gemma, gemma2, gpt2, llama, mistral, mixtral, qwen2, qwen3 and qwen3_moe are supported
        {"hidden_act": "relu"}                                  | hidden_act is "relu": only silu is supported
        {"model_type": "gemma", "hidden_activation": "relu"}    | hidden_activation is "relu": only gelu_new and gelu_pytorch_tanh is supported
        {"rope_scaling": {"rope_type": "longrope"}}             | rope_scaling is "longrope": default, linear, llama3 and yarn are supported
        {"rope_scaling": {"type": "dynamic"}}                   | rope_scaling is "dynamic": default, linear, llama3 and yarn are supported
        {"vocab_size": "many"}                                  | no whole number "vocab_size"
        {"num_hidden_layers": 0}                                | num_hidden_layers must be positive, not 0
        {"num_key_value_heads": 3}                              | num_attention_heads (4) must be a multiple of num_key_value_heads (3)
        {"head_dim": 31}                                        | head_dim (31) must be even
        {"model_type": "mixtral", "num_local_experts": 1}       | num_experts_per_tok (2) is more than there are experts (1)
        {"model_type": "qwen3_moe", "mlp_only_layers": [0]}     | mlp_only_layers is "[0]": every layer must have experts
        {"model_type": "gpt2"}                                  | no whole number "n_embd"
        """)
    void whatTheEngineDoesNotComputeIsRefusedByName(String changes, String message) {
        assertThatThrownBy(() -> read(changes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static DecoderConfig read(String changes) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = (ObjectNode) mapper.readTree(LLAMA.toJson());
        json.setAll((ObjectNode) mapper.readTree(changes));
        return ConfigReader.of(json);
    }
}
