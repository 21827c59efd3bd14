package dev.plinth.engine.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import dev.plinth.engine.weights.Safetensors;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LlamaReferenceTest {
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama", "tiny-llama-tied"})
    void logitsEqualThoseOfTransformers(String name) throws Exception {
        Recorded recorded = Recorded.read(name, manager);

        NDArray logits = recorded.model().logits(recorded.tokens());

        assertClose(logits, recorded.logits());
    }

    @Test
    void theLossEqualsThatOfTransformersAndGradientsReachEveryWeight() throws Exception {
        Recorded recorded = Recorded.read("tiny-llama", manager);
        recorded.weights().values().forEach(weight -> weight.setRequiresGradient(true));

        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray logits =
                    recorded.model().logits(recorded.tokens()).get(":, :-1").reshape(-1, 96);
            NDArray targets = recorded.tokens().get(":, 1:").reshape(-1);
            NDArray loss = Loss.softmaxCrossEntropyLoss().evaluate(new NDList(targets), new NDList(logits));
            collector.backward(loss);
            assertThat(loss.getFloat()).isCloseTo(recorded.loss(), within(1e-5f));
        }

        recorded.weights().forEach((name, weight) -> {
            try (NDArray gradient = weight.getGradient()) {
                assertThat(gradient.abs().sum().getFloat()).as(name).isPositive();
            }
        });
    }

    @Test
    void aSequenceLongerThanTheModelsLimitIsRefused() throws Exception {
        Recorded recorded = Recorded.read("tiny-llama", manager);

        assertThatThrownBy(() ->
                        recorded.model().logits(manager.zeros(new ai.djl.ndarray.types.Shape(1, 129), DataType.INT64)))
                .hasMessage("a sequence of 129 tokens is longer than the model's limit of 128");
    }

    private static void assertClose(NDArray actual, NDArray expected) {
        assertThat(actual.getShape()).isEqualTo(expected.getShape());
        assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-4f);
    }

    private record Recorded(Llama model, Map<String, NDArray> weights, NDArray tokens, NDArray logits, float loss) {
        static Recorded read(String name, NDManager manager) throws Exception {
            Path folder = Path.of(
                    LlamaReferenceTest.class.getResource("/reference/" + name).toURI());
            LlamaConfig config = LlamaConfig.read(folder.resolve("config.json"));
            try (Safetensors weights = Safetensors.open(folder);
                    Safetensors reference = Safetensors.open(folder.resolve("reference.safetensors"))) {
                Map<String, NDArray> loaded = LlamaWeights.load(config, weights, manager);
                return new Recorded(
                        new Llama(config, loaded, manager),
                        loaded,
                        reference.tensor("tokens").load(manager).toType(DataType.INT64, false),
                        reference.tensor("logits").load(manager),
                        reference.tensor("loss").load(manager).getFloat(0));
            }
        }
    }
}
