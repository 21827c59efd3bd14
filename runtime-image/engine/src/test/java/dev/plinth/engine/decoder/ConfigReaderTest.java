package dev.plinth.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plinth.engine.llama.LlamaConfig;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void whatAFileDoesNotSayIsAsInTransformers() throws Exception {
        DecoderConfig mistral = without("mistral", "num_key_value_heads", "head_dim");
        DecoderConfig gemma2 = without("gemma2", "num_key_value_heads", "head_dim");

        assertThat(mistral.attention().window()).isEqualTo(4096);
        assertThat(mistral.attention().windowed()).containsOnly(true);
        assertThat(gemma2.attention().headSize()).isEqualTo(256);
        assertThat(gemma2.attention().scale()).isEqualTo(1.0 / 16);
        assertThat(gemma2.attention().cap()).isEqualTo(50);
        assertThat(gemma2.scoreCap()).isEqualTo(30);
        assertThat(without("mixtral", "rope_theta").attention().rotation().theta())
                .isEqualTo(1_000_000);
        assertThat(without("qwen3", "head_dim").attention().headSize()).isEqualTo(128);
    }

    @Test
    void aWindowOfNullIsNone() throws Exception {
        assertThat(read("{\"model_type\": \"mistral\", \"sliding_window\": null}")
                        .attention()
                        .windowed())
                .doesNotContain(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"longrope", "dynamic"})
    void textsThatTurnOtherwiseFromTheirFirstTokenAreTooLong(String kind) throws Exception {
        String short16 = IntStream.range(0, 16).mapToObj(i -> "1").collect(Collectors.joining(","));
        DecoderConfig config = read("""
            {"max_position_embeddings": 1000, "original_max_position_embeddings": 250,
             "rope_scaling": {"rope_type": "%s", "factor": 4.0, "short_factor": [%s]}}\
            """.formatted(kind, short16));

        assertThat(config.maxSequenceLength()).isEqualTo(250);
    }

    private static DecoderConfig without(String family, String... fields) throws Exception {
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(LLAMA.toJson());
        json.put("model_type", family).put("num_attention_heads", 8);
        json.remove(List.of(fields));
        return ConfigReader.of(json);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"model_type": "bert"}                                  | model_type is "bert": gemma, gemma2, gpt2, llama, mistral, mixtral, phi3, qwen2, qwen3 and qwen3_moe are supported
        {"hidden_act": "relu"}                                  | hidden_act is "relu": only silu is supported
        {"model_type": "gemma", "hidden_activation": "relu"}    | hidden_activation is "relu": only gelu_new and gelu_pytorch_tanh is supported
        {"model_type": "gemma", "hidden_act": "relu"}           | hidden_act is "relu": only gelu and gelu_new and gelu_pytorch_tanh is supported
        {"rope_scaling": {"rope_type": "mrope"}}                | rope_scaling is "mrope": default, dynamic, linear, llama3, longrope and yarn are supported
        {"rope_scaling": {"rope_type": "linear"}}               | it has no number "factor"
        {"rope_scaling": {"rope_type": "llama3", "factor": 2}}  | it has no number "low_freq_factor"
        {"rope_scaling": {"rope_type": "longrope", "short_factor": [1, 2]}} | short_factor must have 16 numbers, one for each pair of channels, not 2
        {"rope_parameters": {"full_attention": {}}}             | all layers must turn alike
        {"rope_theta": 0}                                       | rope_theta must be positive, not 0.0
        {"partial_rotary_factor": 0.5}                          | partial_rotary_factor is "0.5": models of this kind turn all channels
        {"model_type": "phi3", "partial_rotary_factor": 0.03}   | must be an even number of channels, not 0
        {"model_type": "mistral", "layer_types": ["chunked_attention"]} | layer_types is "chunked_attention"
        {"quantization_config": {"quant_method": "gptq"}}       | quantization_config is "gptq"
        {"model_type": "gpt2", "n_embd": 10, "n_head": 3, "n_layer": 1} | n_embd (10) must be a multiple of n_head (3)
        {"head_dim": "wide"}                                    | no whole number "head_dim"
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
