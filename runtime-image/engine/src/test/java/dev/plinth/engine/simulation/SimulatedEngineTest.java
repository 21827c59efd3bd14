package dev.plinth.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plinth.engine.Engine.Row;
import dev.plinth.engine.LanguageModel;
import dev.plinth.engine.ModelLoader;
import dev.plinth.engine.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedEngineTest {
    private final List<Duration> spent = new ArrayList<>();

    @Test
    void aStepTakesWhatItsPartsAreSaidToTake() {
        SimulatedEngine engine = engine();

        engine.step(
                List.of(),
                List.of(new Row(Collections.nCopies(32, 5), 0, List.of(0, 1), false), one(7, 99), one(8, 199)));

        // 10 + 32 x 0.5 + 2 x 1 + (100 + 200) x 0.01
        assertThat(spent).containsExactly(Duration.ofMillis(31));
    }

    @Test
    void aTextIsTheSameAloneAndInCompany() {
        SimulatedEngine engine = engine();
        int alone = engine.step(List.of(), List.of(one(7, 40))).getFirst().likeliest();

        var together = engine.step(List.of(), List.of(one(9, 3), one(7, 40)));

        assertThat(together.get(1).likeliest()).isEqualTo(alone);
        assertThat(together.get(1).logits()[alone]).isGreaterThan(10);
    }

    @Test
    void answersEndByThemselvesAfterAsManyTokensAsWasSaidOnAverage() {
        SimulatedEngine engine = engine();
        int tokens = 0;
        int texts = 0;
        for (int text = 0; text < 400; text++) {
            int last = 'a' + text % 26;
            int place = text * 3;
            do {
                last = engine.step(List.of(), List.of(one(last, place++)))
                        .getFirst()
                        .likeliest();
                tokens++;
            } while (last != SimulatedEngine.END && place < 100_000);
            texts++;
        }

        assertThat(tokens / texts).isBetween(12, 30);
    }

    @Test
    void aFolderWithASimulationIsLoadedAsAModel(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve(Simulation.FILE), "{\"max_sequence_length\": 100, \"cache_tokens\": 320}");

        try (LanguageModel model = new ModelLoader(ModelLoader.Settings.of(Precision.INT8)).load(folder)) {
            assertThat(model.engine().maxSequenceLength()).isEqualTo(100);
            assertThat(model.engine().pool().tokens()).isEqualTo(320);
            assertThat(model.endTokens()).containsExactly(SimulatedEngine.END);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"steps": 1}                    | simulation.json has an unknown field "steps"
            {"step_milliseconds": -1}       | simulation.json: step_milliseconds must be a number from 0, not -1
            {"cache_tokens": 0}             | simulation.json: cache_tokens must be a whole number from 1, not 0
            """)
    void whatMakesNoSenseIsRefusedByName(String json, String message, @TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve(Simulation.FILE), json);

        assertThatThrownBy(() -> Simulation.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private SimulatedEngine engine() {
        Simulation simulation = new Simulation(
                100_000,
                100_000,
                20,
                Duration.ZERO,
                Duration.ofMillis(10),
                Duration.ofNanos(500_000),
                Duration.ofMillis(1),
                Duration.ofNanos(10_000));
        return new SimulatedEngine(simulation, Integer.MAX_VALUE, 100_000, spent::add);
    }

    private static Row one(int token, int position) {
        return new Row(List.of(token), position, List.of(0), true);
    }
}
