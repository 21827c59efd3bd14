package dev.plinth.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Against numbers of {@code torch.optim.AdamW} and {@code clip_grad_norm_}, recorded by {@code record_run.py}. */
class OptimizerReferenceTest {
    private static final Percentage ROUNDING = Percentage.withPercentage(1e-4);

    @Test
    void adamWUpdatesAsTorchDoes() throws Exception {
        JsonNode recorded = recorded();
        AdamW optimizer = new AdamW(0.9, 0.95, 1e-8, 0.1, 6);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray parameters = vector(manager, recorded.path("start"));
            NDArray first = parameters.zerosLike();
            NDArray second = parameters.zerosLike();
            for (int step = 1; step <= recorded.path("gradients").size(); step++) {
                NDArray gradient = vector(manager, recorded.path("gradients").path(step - 1));

                optimizer.update(step, recorded.path("learningRate").asDouble(), parameters, gradient, first, second);

                assertClose(parameters, recorded.path("after").path(step - 1));
            }
        }
    }

    @Test
    void weightDecayTouchesOnlyWhatItIsSaidToTouch() {
        AdamW optimizer = new AdamW(0.9, 0.95, 1e-8, 0.5, 1);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray parameters = manager.create(new float[] {2, 2});
            NDArray zero = manager.zeros(parameters.getShape());

            optimizer.update(1, 0.1, parameters, zero, zero.duplicate(), zero.duplicate());

            assertThat(parameters.toFloatArray()).containsExactly(1.9f, 2f);
        }
    }

    @Test
    void clippingScalesTheWholeVectorAsTorchDoes() throws Exception {
        JsonNode recorded = recorded();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (JsonNode clipped : recorded.path("clipped")) {
                NDArray gradient = vector(manager, recorded.path("gradients").path(0));

                double norm = GlobalNorm.clip(gradient, clipped.path("limit").asDouble());

                assertThat(norm).isCloseTo(clipped.path("norm").asDouble(), ROUNDING);
                assertClose(gradient, clipped.path("gradient"));
            }
        }
    }

    @Test
    void aLimitOfZeroTurnsClippingOff() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray gradient = manager.create(new float[] {3, -4});

            assertThat(GlobalNorm.clip(gradient, 0)).isEqualTo(5);
            assertThat(gradient.toFloatArray()).containsExactly(3, -4);
        }
    }

    private static JsonNode recorded() throws IOException {
        try (InputStream json = OptimizerReferenceTest.class.getResourceAsStream("/reference/optimizer.json")) {
            return new ObjectMapper().readTree(Objects.requireNonNull(json));
        }
    }

    private static NDArray vector(NDManager manager, JsonNode numbers) {
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) numbers.path(i).asDouble();
        }
        return manager.create(values);
    }

    private static void assertClose(NDArray actual, JsonNode expected) {
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.getFloat(i)).isCloseTo((float) expected.path(i).asDouble(), ROUNDING);
        }
    }
}
