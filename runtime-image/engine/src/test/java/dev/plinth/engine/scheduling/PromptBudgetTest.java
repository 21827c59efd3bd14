package dev.plinth.engine.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PromptBudgetTest {
    private static final Work EIGHT_AWAIT_A_TOKEN = new Work(8, 800, 0, 0);

    @Test
    void promptsTakeNoLongerThanTheNextTokensBesideThem() {
        assertThat(tokens(0, 8, budget(2))).isEqualTo(24); // 30 are free
    }

    @Test
    void whereTokensReadMuchThatStandsBeforeThemFewerFitIn() {
        assertThat(tokens(1000, 8, budget(2))).isEqualTo(8);
    }

    @Test
    void aLeastPartGoesInWhateverItCosts() {
        assertThat(tokens(100_000, 8, budget(2))).isEqualTo(8);
    }

    @Test
    void howMuchLongerAStepMayTakeIsALimit() {
        assertThat(tokens(0, 8, budget(3))).isEqualTo(56); // 60 are free
    }

    @Test
    void besideFewerThanEightTheStepMayTakeAsLongAsBesideEight() {
        Work four = new Work(4, 400, 0, 0);

        assertThat(tokens(0, 8, new PromptBudget(limits(2), times(), four))).isEqualTo(32); // 40 are free
    }

    @Test
    void asLongAsNothingIsKnownOfTimesItIsANumberOfTokens() {
        assertThat(tokens(0, 8, new PromptBudget(limits(2), new StepTimes(), EIGHT_AWAIT_A_TOKEN)))
                .isEqualTo(40);
    }

    @Test
    void ifNobodyAwaitsATokenItIsTheLargestNumberOfTokens() {
        assertThat(tokens(0, 8, new PromptBudget(limits(2), times(), Work.NONE)))
                .isEqualTo(256);
    }

    @Test
    void aStepThatMayTakeNoLongerThanWithoutPromptsIsRefused() {
        assertThatThrownBy(() -> limits(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("slowdown 1.0");
    }

    @Test
    void whatDoesNotFitInClosesIt() {
        PromptBudget budget = budget(2);

        assertThat(budget.take(0, 8)).isTrue();
        assertThat(budget.open()).isTrue();
        assertThat(budget.take(3000, 3008)).isFalse();
        assertThat(budget.open()).isFalse();
    }

    private static PromptBudget budget(double slowdown) {
        return new PromptBudget(limits(slowdown), times(), EIGHT_AWAIT_A_TOKEN);
    }

    private static Limits limits(double slowdown) {
        return new Limits(8, 8, 256, 40, slowdown, 0);
    }

    private static int tokens(int from, int part, PromptBudget budget) {
        int tokens = 0;
        while (budget.open() && budget.take(from + tokens, from + tokens + part)) {
            tokens += part;
        }
        return tokens;
    }

    /** A step takes 10, a row 2.5, a prompt token 1, and 0.001 for each token it looks back at. */
    private static StepTimes times() {
        StepTimes times = new StepTimes();
        for (int i = 0; i < 20; i++) {
            Work decoding = new Work(1 + i % 5, 100L * (1 + i % 5), 0, 0);
            times.took(decoding, 10 + 2.5 * decoding.rows());
            Work both = decoding.plus(64 * i, 64 * i + 8 * (1 + i % 3));
            times.took(both, 10 + 2.5 * both.rows() + both.promptTokens() + 0.001 * both.promptSeen());
        }
        return times;
    }
}
