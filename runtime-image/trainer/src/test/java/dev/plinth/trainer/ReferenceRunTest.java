package dev.plinth.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.trainer.compute.Replica;
import dev.plinth.trainer.data.Batches;
import dev.plinth.trainer.data.Corpus;
import dev.plinth.trainer.optimizer.LearningRate;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Against a run of transformers' LlamaForCausalLM in PyTorch, recorded by {@code record_run.py}. */
class ReferenceRunTest {
    private static final Percentage RELATIVE = Percentage.withPercentage(1e-4 * 100);

    @Test
    void lossesAndGradientNormsEqualThoseOfPyTorch() throws Exception {
        JsonNode recorded = recorded();
        TrainerConfig config = TrainerConfig.parse(recorded.path("config").toString(), Optional.empty());
        Corpus corpus = Corpus.read(config.data(), config.model().sequenceLength());
        Batches batches = new Batches(
                corpus.tokens(),
                config.seed(),
                config.batchSize(),
                config.model().sequenceLength());
        LearningRate rate = new LearningRate(
                config.optimizer().learningRate(), config.optimizer().warmupSteps(), config.steps());
        long tokens = (long) config.batchSize() * config.model().sequenceLength();
        try (Replica replica = TrainerMain.replica(config, corpus)) {
            ByteBuffer gradient =
                    ByteBuffer.allocateDirect(replica.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int step = 0; step < config.steps(); step++) {
                double loss = replica.backward(batches.share(step, 0, 1), tokens, gradient);
                double norm = replica.update(step + 1, rate.at(step + 1), gradient);

                assertThat(loss)
                        .as("loss of step %d", step + 1)
                        .isCloseTo(recorded.path("losses").path(step).asDouble(), RELATIVE);
                assertThat(norm)
                        .as("gradient norm of step %d", step + 1)
                        .isCloseTo(recorded.path("gradientNorms").path(step).asDouble(), RELATIVE);
            }
        }
        assertThat(recorded.path("losses")).hasSize(50);
    }

    private static JsonNode recorded() throws Exception {
        try (InputStream json = ReferenceRunTest.class.getResourceAsStream("/reference/run.json")) {
            return new ObjectMapper().readTree(Objects.requireNonNull(json));
        }
    }
}
