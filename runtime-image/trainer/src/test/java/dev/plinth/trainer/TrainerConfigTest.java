package dev.plinth.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plinth.trainer.TrainingFailure.Exit;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerConfigTest {
    private static final String WHOLE = """
            {"model": {"layers": 2, "hiddenSize": 64, "heads": 4, "kvHeads": 2, "intermediateSize": 160,
                       "sequenceLength": 32, "tieEmbeddings": true},
             "data": {"path": "/data/text.txt", "tokenizer": "Bytes"},
             "optimizer": {"learningRate": "3e-4", "warmupSteps": 5, "weightDecay": "0", "beta1": "0.9", "beta2": "0.99",
                           "epsilon": "1e-7", "clipNorm": "0"},
             "steps": 100, "batchSize": 8, "seed": -3, "output": true,
             "checkpoint": {"directory": "/ck/job", "everySteps": 20, "keep": 3}}""";

    @Test
    void everySettingIsRead() throws Exception {
        assertThat(TrainerConfig.parse(WHOLE, Optional.empty()))
                .isEqualTo(new TrainerConfig(
                        new TrainerConfig.Model(2, 64, 4, 2, 160, 32, true),
                        new TrainerConfig.Data("/data/text.txt", "Bytes"),
                        new TrainerConfig.Optimizer(3e-4, 5, 0, 0.9, 0.99, 1e-7, 0),
                        100,
                        8,
                        -3,
                        Optional.of(new TrainerConfig.Checkpoint("/ck/job", 20, 3))));
    }

    @Test
    void whatIsLeftOutHasTheDefaultsOfTheSchema() throws Exception {
        TrainerConfig config = TrainerConfig.parse("""
                {"model": {"layers": 2, "hiddenSize": 64, "heads": 4, "kvHeads": 4, "intermediateSize": 160,
                           "sequenceLength": 32},
                 "data": {"path": "builtin:shakespeare"}, "steps": 10, "batchSize": 4}""", Optional.of(Path.of("/ck")));

        assertThat(config.optimizer()).isEqualTo(new TrainerConfig.Optimizer(1e-3, 0, 0.1, 0.9, 0.95, 1e-8, 1.0));
        assertThat(config.checkpoint()).contains(new TrainerConfig.Checkpoint("/ck", 50, 2));
        assertThat(config.data().tokenizer()).isEqualTo("Bytes");
        assertThat(config.seed()).isZero();
    }

    @Test
    void withoutADirectoryNothingIsSaved() throws Exception {
        String without = WHOLE.replace("\"directory\": \"/ck/job\",", "");

        assertThat(TrainerConfig.parse(without, Optional.empty()).checkpoint()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "steps": 100         | "steps": 0              | steps must be a whole number of at least 1, not 0
                    "steps": 100,        |                         | steps is missing
                    "batchSize": 8       | "batchSize": "8"        | batchSize must be a whole number of at least 1, not "8"
                    "3e-4"               | "fast"                  | optimizer.learningRate must be a decimal number such as "3e-4", not "fast"
                    "3e-4"               | "0"                     | optimizer.learningRate must be greater than 0, not "0"
                    "0.99"               | "1"                     | optimizer.beta2 must be at least 0 and less than 1, not "1"
                    "0.99"               | "NaN"                   | optimizer.beta2 must be at least 0 and less than 1, not "NaN"
                    "warmupSteps": 5     | "warmupSteps": -1       | optimizer.warmupSteps must be a whole number of at least 0, not -1
                    "hiddenSize": 64     | "hiddenSize": 60        | model.hiddenSize (60) must be a multiple of twice model.heads (4)
                    "kvHeads": 2         | "kvHeads": 3            | model.heads (4) must be a multiple of model.kvHeads (3)
                    "layers": 2          | "layer": 2              | model.layer is not a setting of this trainer; it knows layers
                    "tieEmbeddings": true| "tieEmbeddings": "yes"  | model.tieEmbeddings must be true or false, not "yes"
                    "/data/text.txt"     | ""                      | data.path must be a text, not ""
                    "keep": 3            | "keep": 0               | checkpoint.keep must be a whole number of at least 1, not 0
                    "seed": -3           | "seed": 1.5             | seed must be a whole number, not 1.5
                    "output": true,      | "output": true,,        | PLINTH_TRAINER_CONFIG is not JSON
                    """)
    void whatIsWrongIsNamedWithWhatItMustBe(String good, String bad, String message) {
        String wrong = WHOLE.replace(good, bad == null ? "" : bad);

        assertThatThrownBy(() -> TrainerConfig.parse(wrong, Optional.empty()))
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        TrainingFailure.class,
                        failure -> assertThat(failure.exit()).isEqualTo(Exit.CONFIGURATION));
    }

    @Test
    void anEnvironmentWithoutVariablesIsOneRankAlone() throws Exception {
        MemberEnvironment alone = MemberEnvironment.of(Map.of());

        assertThat(alone.members()).isEqualTo(1);
        assertThat(alone.member()).isZero();
        assertThat(alone.reportUrl()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PLINTH_MEMBERS, 0, PLINTH_MEMBERS must be a whole number of at least 1",
        "PLINTH_MEMBER_INDEX, 1, PLINTH_MEMBER_INDEX (1) must be less than PLINTH_MEMBERS (1)",
        "PLINTH_PEERS, 'a:1,b:2', it names 2",
        "PLINTH_REPORT_URL, 'not a url', PLINTH_REPORT_URL must be a URL",
    })
    void aWrongVariableIsNamed(String name, String value, String message) {
        assertThatThrownBy(() -> MemberEnvironment.of(Map.of(name, value))).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "10.88.1.4, 10.88.1.4, 29600",
        "10.88.1.4:7, 10.88.1.4, 7",
        "fd00::1, fd00:0:0:0:0:0:0:1, 29600",
        "'[fd00::1]:7', fd00:0:0:0:0:0:0:1, 7",
        "'[fd00::1]', fd00:0:0:0:0:0:0:1, 29600",
        "127.0.0.1, 127.0.0.1, 29600",
    })
    void aPeersAddressMayCarryAPort(String address, String host, int port) {
        var socketAddress = Peers.socketAddress(address, 29600);

        assertThat(socketAddress.getAddress().getHostAddress()).isEqualTo(host);
        assertThat(socketAddress.getPort()).isEqualTo(port);
    }
}
