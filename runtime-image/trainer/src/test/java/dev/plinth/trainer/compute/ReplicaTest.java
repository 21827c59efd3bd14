package dev.plinth.trainer.compute;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.plinth.engine.llama.LlamaConfig;
import dev.plinth.engine.weights.Safetensors;
import dev.plinth.trainer.data.Batches;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaTest {
    private static final LlamaConfig SHAPE =
            new LlamaConfig(256, 16, 24, 2, 2, 1, 8, 1e-5f, 10_000f, 8, false, List.of(), List.of());
    private static final int[] TOKENS =
            IntStream.range(0, 500).map(i -> i * i % 256).toArray();

    private final Batches batches = new Batches(TOKENS, 1, 4, 8);

    @TempDir
    private Path folder;

    @Test
    void noArrayOutlivesAStep() {
        try (Replica replica = replica()) {
            ByteBuffer gradient = gradientOf(replica);
            train(replica, gradient, 0, 2);
            int before = replica.arrays();

            train(replica, gradient, 2, 60);

            assertThat(replica.arrays()).isEqualTo(before).isEqualTo(3);
        }
    }

    @Test
    void aReplicaThatTakesOverWhatAnotherSavedTrainsOnToTheSameBits() throws Exception {
        Path model = folder.resolve("model.safetensors");
        Path optimizer = folder.resolve("optimizer.safetensors");
        float[] undisturbed;
        try (Replica replica = replica()) {
            ByteBuffer gradient = gradientOf(replica);
            train(replica, gradient, 0, 5);
            replica.saveModel(model);
            replica.saveOptimizer(optimizer);
            undisturbed = train(replica, gradient, 5, 10);
        }
        try (Replica replica = replica()) {
            ByteBuffer gradient = gradientOf(replica);
            train(replica, gradient, 0, 1);

            replica.load(model, optimizer);

            assertThat(train(replica, gradient, 5, 10)).isEqualTo(undisturbed);
        }
    }

    @Test
    void garbageCollectionDuringAStepChangesNothing() throws Exception {
        float[] undisturbed;
        try (Replica replica = replica()) {
            undisturbed = train(replica, gradientOf(replica), 0, 30);
        }
        AtomicBoolean ended = new AtomicBoolean();
        // Frees small native buffers that are no longer referred to, and fills the room anew with large numbers.
        Thread collector = Thread.ofPlatform().start(() -> {
            while (!ended.get()) {
                System.gc();
                for (int i = 0; i < 1000; i++) {
                    ByteBuffer.allocateDirect(Float.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putFloat(-1e30f);
                }
            }
        });
        try (Replica replica = replica()) {
            assertThat(train(replica, gradientOf(replica), 0, 30)).isEqualTo(undisturbed);
        } finally {
            ended.set(true);
            collector.join();
        }
    }

    @Test
    void resetGoesBackToTheBeginning() {
        try (Replica replica = replica()) {
            ByteBuffer gradient = gradientOf(replica);
            float[] first = train(replica, gradient, 0, 3);

            replica.reset(3);

            assertThat(train(replica, gradient, 0, 3)).isEqualTo(first);
        }
    }

    @Test
    void theSumOfTheSharesIsTheWhole() {
        try (Replica replica = replica()) {
            ByteBuffer gradient = gradientOf(replica);
            float whole = replica.backward(batches.share(0, 0, 1), 32, gradient);
            float first = gradient.getFloat(0);

            float parts = 0;
            float firstParts = 0;
            for (int rank = 0; rank < 3; rank++) {
                parts += replica.backward(batches.share(0, rank, 3), 32, gradient);
                firstParts += gradient.getFloat(0);
            }

            assertThat(parts).isCloseTo(whole, org.assertj.core.data.Percentage.withPercentage(1e-4));
            assertThat(firstParts).isCloseTo(first, org.assertj.core.data.Offset.offset(1e-7f));
        }
    }

    @Test
    void weightsAreSavedUnderTheNamesOfHuggingFace() throws Exception {
        Path model = folder.resolve("model.safetensors");
        try (Replica replica = replica();
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            replica.saveModel(model);

            try (Safetensors saved = Safetensors.open(model)) {
                assertThat(saved.tensors().keySet())
                        .contains(
                                "model.embed_tokens.weight",
                                "model.layers.1.self_attn.k_proj.weight",
                                "lm_head.weight");
                assertThat(saved.tensor("model.norm.weight").load(manager).toFloatArray())
                        .containsOnly(1f);
            }
        }
    }

    private float[] train(Replica replica, ByteBuffer gradient, int from, int to) {
        float[] losses = new float[to - from];
        for (int step = from; step < to; step++) {
            losses[step - from] = replica.backward(batches.share(step, 0, 1), 32, gradient);
            replica.update(step + 1, 1e-2, gradient);
        }
        return losses;
    }

    private static Replica replica() {
        return new Replica(SHAPE, 3, 0.9, 0.95, 1e-8, 0.1, 1);
    }

    private static ByteBuffer gradientOf(Replica replica) {
        return ByteBuffer.allocateDirect(replica.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
}
