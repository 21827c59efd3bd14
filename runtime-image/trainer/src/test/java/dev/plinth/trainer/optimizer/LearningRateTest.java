package dev.plinth.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {
    @Test
    void risesLinearlyToItsPeakAtTheEndOfTheWarmUp() {
        LearningRate rate = new LearningRate(1e-3, 10, 100);

        assertThat(rate.at(1)).isCloseTo(1e-4, within(1e-12));
        assertThat(rate.at(5)).isCloseTo(5e-4, within(1e-12));
        assertThat(rate.at(10)).isCloseTo(1e-3, within(1e-12));
    }

    @Test
    void fallsAlongHalfACosineToATenthAtTheLastStep() {
        LearningRate rate = new LearningRate(1e-3, 10, 110);

        assertThat(rate.at(60)).isCloseTo(0.55e-3, within(1e-12));
        assertThat(rate.at(110)).isCloseTo(1e-4, within(1e-12));
    }

    @Test
    void beginsNearThePeakWithoutWarmUp() {
        assertThat(new LearningRate(1e-3, 0, 100).at(1)).isCloseTo(1e-3, within(1e-6));
    }

    @Test
    void aRunThatIsAllWarmUpIsPossible() {
        assertThat(new LearningRate(1e-3, 10, 10).at(10)).isCloseTo(1e-3, within(1e-12));
    }
}
