package dev.plinth.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
    @TempDir
    private Path folder;

    private Path directory;
    private CheckpointStore store;
    private final List<String> skipped = new ArrayList<>();

    @BeforeEach
    void open() {
        directory = folder.resolve("job");
        store = new CheckpointStore(directory, (name, why) -> skipped.add(name));
    }

    @Test
    void anEmptyOrMissingDirectoryHasNone() throws Exception {
        assertThat(store.newest()).isEmpty();
    }

    @Test
    void whatWasWrittenIsFoundAgainWithSizesAndDigests() throws Exception {
        Checkpoint written = write(100, 1);

        Checkpoint found = store.newest().orElseThrow();

        assertThat(found).isEqualTo(written);
        assertThat(found.name()).isEqualTo("step-100-g1");
        assertThat(found.bytes()).isEqualTo(11);
        assertThat(found.digest()).matches("sha256:[0-9a-f]{64}");
        JsonNode manifest =
                new ObjectMapper().readTree(found.file("manifest.json").toFile());
        assertThat(manifest.path("format").asText()).isEqualTo("plinth/v1");
        assertThat(manifest.path("step").asInt()).isEqualTo(100);
        assertThat(manifest.path("generation").asInt()).isEqualTo(1);
        assertThat(manifest.path("complete").asBoolean()).isTrue();
        assertThat(manifest.path("files").path(0).path("name").asText()).isEqualTo("model");
        assertThat(manifest.path("files").path(0).path("sha256").asText()).hasSize(64);
    }

    @Test
    void theHighestStepIsNewestThenTheHighestGeneration() throws Exception {
        write(90, 3);
        write(100, 1);
        write(100, 2);

        assertThat(store.newest().orElseThrow().name()).isEqualTo("step-100-g2");
    }

    @Test
    void aDamagedOneIsPassedOverForTheOneBefore() throws Exception {
        write(100, 1);
        Files.writeString(write(150, 1).file("model"), "other words"); // same length
        Files.writeString(write(200, 1).file("model"), "short");
        Files.delete(write(250, 1).file("model"));
        Files.delete(write(300, 1).file("manifest.json"));
        Files.writeString(write(350, 1).file("manifest.json"), "{\"format\":");

        assertThat(store.newest().orElseThrow().name()).isEqualTo("step-100-g1");
        assertThat(skipped).containsExactly("step-350-g1", "step-300-g1", "step-250-g1", "step-200-g1", "step-150-g1");
    }

    @Test
    void aDamagedOneIsReplacedWhenItsStepComesAgain() throws Exception {
        Files.writeString(write(100, 1).file("model"), "short");

        write(100, 1);

        assertThat(store.newest()).isPresent();
        assertThat(names()).containsExactly("step-100-g1");
    }

    @Test
    void nothingStaysOfOneThatCouldNotBeWritten() throws Exception {
        write(50, 1);

        assertThatThrownBy(() -> store.write(
                        100,
                        1,
                        2.5,
                        target -> {
                            Files.writeString(target.resolve("model"), "half");
                            throw new IOException("No space left on device");
                        },
                        () -> true))
                .hasMessageContaining("No space left");

        assertThat(names()).containsExactly("step-50-g1");
    }

    @Test
    void whoIsFencedOffPublishesNothing() throws Exception {
        assertThat(store.write(100, 1, 2.5, CheckpointStoreTest::content, () -> false))
                .isEmpty();

        assertThat(names()).isEmpty();
    }

    @Test
    void whileItIsWrittenItDoesNotBearItsName() throws Exception {
        store.write(
                100,
                1,
                2.5,
                target -> {
                    content(target);
                    assertThat(store.newest()).isEmpty();
                    assertThat(names()).containsExactly(".tmp-step-100-g1");
                },
                () -> true);

        assertThat(names()).containsExactly("step-100-g1");
    }

    @Test
    void pruningKeepsTheNewestAndClearsWhatInterruptedWritersLeft() throws Exception {
        for (int step = 10; step <= 50; step += 10) {
            write(step, 1);
        }
        Files.createDirectories(directory.resolve(".tmp-step-60-g1/deep"));
        Files.createDirectories(directory.resolve("notes-of-the-user"));

        store.prune(2);

        assertThat(names()).containsExactly("notes-of-the-user", "step-40-g1", "step-50-g1");
    }

    private Checkpoint write(int step, long generation) throws IOException {
        return store.write(step, generation, 2.5, CheckpointStoreTest::content, () -> true)
                .orElseThrow();
    }

    private static void content(Path target) throws IOException {
        Files.writeString(target.resolve("model"), "some weight");
    }

    private List<String> names() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}
