package dev.plinth.trainer.gang;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user can get wrong: the exit code and the message that say so. */
class MistakesIT {
    private static final String CONFIG = """
            {"model": {"layers": 1, "hiddenSize": %s, "heads": 2, "kvHeads": 2, "intermediateSize": 64, "sequenceLength": 16},
             "data": {"path": "%s"}, "optimizer": {"learningRate": "%s", "clipNorm": "0"}, "steps": 40, "batchSize": 4,
             "checkpoint": {"directory": "%s", "everySteps": 10}}""";
    private static final String TEXT = "builtin:shakespeare";

    @TempDir
    private Path folder;

    @Test
    void aWrongConfigurationEndsWithCode2() throws Exception {
        assertFails(2, "model.hiddenSize (33) must be a multiple", CONFIG.formatted("33", TEXT, "1e-3", folder));
    }

    @Test
    void aMissingTextEndsWithCode3() throws Exception {
        assertFails(3, "cannot read the text /none.txt", CONFIG.formatted("32", "/none.txt", "1e-3", folder));
    }

    @Test
    void aDirectoryThatCannotBeWrittenEndsWithCode4() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertFails(
                4, "cannot write the checkpoint of step 10", CONFIG.formatted("32", TEXT, "1e-3", file.resolve("job")));
    }

    @Test
    void aFullVolumeEndsWithCode4AndLeavesNothingHalf() throws Exception {
        // A limit on the size of files stands for the end of the volume.
        assertFails(
                4,
                "Give the volume room",
                CONFIG.formatted("32", TEXT, "1e-3", folder),
                "bash",
                "-c",
                "ulimit -f 40; exec \"$@\"",
                "limited");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aLossThatIsNoNumberEndsWithCode5() throws Exception {
        assertFails(5, "lower optimizer.learningRate", CONFIG.formatted("32", TEXT, "1e30", folder));
    }

    @Test
    void aCheckpointOfAnotherModelEndsWithCode2() throws Exception {
        try (TrainerProcess first = start(CONFIG.replace("40", "10").formatted("32", TEXT, "1e-3", folder))) {
            first.assertExit(0);
        }

        assertFails(2, "is of another model", CONFIG.formatted("64", TEXT, "1e-3", folder));
    }

    private static void assertFails(int code, String message, String config, String... prefix) throws Exception {
        try (TrainerProcess trainer = start(config, prefix)) {
            trainer.assertExit(code);
            trainer.awaitEvent("failed");
            assertThat(trainer.events("failed").getFirst().path("message").asText())
                    .contains(message);
        }
    }

    private static TrainerProcess start(String config, String... prefix) throws Exception {
        return TrainerProcess.start(Map.of("PLINTH_TRAINER_CONFIG", config, "PLINTH_PEER_PORT", "0"), prefix);
    }
}
