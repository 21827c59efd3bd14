package dev.plinth.engine.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class StepTimesTest {
    private final Random random = new Random(1);
    private final StepTimes times = new StepTimes();

    @Test
    void whatEachPartOfTheWorkTakesIsLearntFromStepsOfAnyKind() {
        see(200, StepTimesTest::time);

        Work other = new Work(9, 5000, 48, 48 * 3000L);
        assertThat(times.of(other).orElseThrow()).isCloseTo(time(other), withinPercentage(2));
    }

    @Test
    void nothingIsSaidBeforeStepsOfBothKindsWereSeen() {
        for (int i = 0; i < 100; i++) {
            times.took(decoding(), 1);
        }
        assertThat(times.of(decoding())).isEmpty();

        see(40, StepTimesTest::time);

        assertThat(times.of(decoding())).isPresent();
    }

    @Test
    void aStepThatTookLongByAccidentCountsLittle() {
        see(200, StepTimesTest::time);
        times.took(decoding(), 1000);
        times.took(reading(), 1000);

        Work usual = new Work(4, 1000, 16, 16 * 1000L);
        assertThat(times.of(usual).orElseThrow()).isCloseTo(time(usual), withinPercentage(10));
    }

    @Test
    void theNewestStepsCount() {
        see(200, work -> 5 * time(work));
        see(300, StepTimesTest::time);

        Work usual = new Work(4, 1000, 16, 16 * 1000L);
        assertThat(times.of(usual).orElseThrow()).isCloseTo(time(usual), withinPercentage(2));
    }

    @Test
    void noWorkSavesTime() {
        see(200, work -> 20 - work.rows());

        assertThat(times.of(new Work(100, 0, 0, 0)).orElseThrow()).isPositive();
    }

    @Test
    void ifStepsNeverDifferTheirLikeIsKnownAllTheSame() {
        for (int i = 0; i < 100; i++) {
            times.took(new Work(8, 800, 0, 0), 26);
            times.took(new Work(8, 800, 8, 80), 34);
        }

        assertThat(times.of(new Work(8, 800, 0, 0)).orElseThrow()).isCloseTo(26, withinPercentage(2));
        assertThat(times.of(new Work(8, 800, 8, 80)).orElseThrow()).isCloseTo(34, withinPercentage(2));
    }

    private void see(int steps, ToDoubleFunction<Work> time) {
        for (int i = 0; i < steps; i++) {
            Work work = i % 2 == 0 ? decoding() : reading();
            times.took(work, time.applyAsDouble(work));
        }
    }

    private Work decoding() {
        int rows = 1 + random.nextInt(8);
        return new Work(rows, (long) rows * random.nextInt(2000), 0, 0);
    }

    private Work reading() {
        int tokens = 8 * (1 + random.nextInt(4));
        return new Work(random.nextInt(8), random.nextInt(8000), tokens, (long) tokens * random.nextInt(4000));
    }

    /** In milliseconds, as of a small model on one core. */
    private static double time(Work work) {
        return 7.5 + 2.1 * work.rows() + 0.004 * work.seen() + work.promptTokens() + 0.001 * work.promptSeen();
    }
}
