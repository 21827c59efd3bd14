package dev.plinth.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plinth.engine.constraint.Grammar;
import dev.plinth.engine.constraint.Regex;
import dev.plinth.engine.constraint.TokenGrammar;
import dev.plinth.engine.constraint.Vocabulary;
import dev.plinth.engine.tokens.ByteTokenizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SamplerTest {
    /** Probabilities 0.1, 0.4, 0.3, 0.2. */
    private static final float[] LOGITS = {log(0.1), log(0.4), log(0.3), log(0.2)};

    @Test
    void temperatureZeroTakesTheBest() {
        assertThat(drawn(Sampling.greedy())).containsExactly(1);
    }

    @Test
    void tokensComeAsOftenAsTheirProbabilitySays() {
        Sampler sampler = sampler(sampling(1, 0, 1));
        int[] times = new int[4];
        for (int i = 0; i < 100_000; i++) {
            times[sampler.draw(LOGITS)]++;
        }

        assertThat(times[0] / 1e5).isCloseTo(0.1, within(0.01));
        assertThat(times[1] / 1e5).isCloseTo(0.4, within(0.01));
        assertThat(times[2] / 1e5).isCloseTo(0.3, within(0.01));
    }

    @Test
    void scoresThatAreNoNumbersEndTheRequest() {
        float[] damaged = {Float.NaN, Float.NaN, Float.NaN, Float.NaN};

        for (double temperature : List.of(0.0, 1.0)) {
            assertThatThrownBy(() -> sampler(sampling(temperature, 0, 1)).draw(damaged))
                    .hasMessageContaining("no numbers");
        }
    }

    @Test
    void topKLeavesTheBestK() {
        assertThat(drawn(sampling(1, 2, 1))).containsExactly(1, 2);
    }

    @Test
    void topPLeavesTheFewestThatReachIt() {
        assertThat(drawn(sampling(1, 0, 0.65))).containsExactly(1, 2);
        assertThat(drawn(sampling(1, 0, 0.75))).containsExactly(1, 2, 3);
        assertThat(drawn(sampling(1, 0, 1e-9))).containsExactly(1);
    }

    @Test
    void topPCountsAmongWhatTopKLeft() {
        assertThat(drawn(sampling(1, 2, 0.5))).containsExactly(1);
    }

    @Test
    void aHighTemperatureEvensOut() {
        Sampler sampler = sampler(sampling(1000, 0, 1));
        int[] times = new int[4];
        for (int i = 0; i < 100_000; i++) {
            times[sampler.draw(LOGITS)]++;
        }

        assertThat(times[0] / 1e5).isCloseTo(0.25, within(0.01));
    }

    @Test
    void theSameSeedDrawsTheSameTokens() {
        Sampler one = sampler(sampling(1, 0, 1));
        Sampler other = sampler(sampling(1, 0, 1));
        for (int i = 0; i < 1000; i++) {
            assertThat(one.draw(LOGITS)).isEqualTo(other.draw(LOGITS));
        }
    }

    @Test
    void biasAndPenaltiesChangeTheScores() {
        assertThat(drawn(new Sampling(0, 0, 1, 0, 1, 0, 0, Map.of(0, 100.0), 1)))
                .containsExactly(0);
        // Each token falls by 10 once it was drawn, so that all have their turn.
        assertThat(drawn(new Sampling(0, 0, 1, 0, 1, 0, 10, Map.of(), 1))).containsExactly(0, 1, 2, 3);
        assertThat(drawn(new Sampling(0, 0, 1, 0, 1, 10, 0, Map.of(), 1))).containsExactly(0, 1, 2, 3);
    }

    @Test
    void logProbabilitiesAreThoseOfTheModel() {
        TokenChoice choice = TokenChoice.of(2, LOGITS, 2);

        assertThat(choice.logprob()).isCloseTo(Math.log(0.3), within(1e-6));
        assertThat(choice.alternatives())
                .extracting(TokenChoice.Alternative::token)
                .containsExactly(1, 2);
        assertThat(choice.alternatives().getFirst().logprob()).isCloseTo(Math.log(0.4), within(1e-6));
    }

    @Test
    void tokensFarBehindTheLikeliestAreNotDrawn() {
        // The likeliest has 0.4: half of it leaves 0.3 too, not 0.2 and 0.1.
        assertThat(drawn(new Sampling(1, 0, 1, 0.6, 1, 0, 0, Map.of(), 1))).containsExactly(1, 2);
    }

    @Test
    void repetitionIsPenalisedAlsoIfItIsOfThePrompt() {
        Sampling penalising = new Sampling(0, 0, 1, 0, 100, 0, 0, Map.of(), 1);

        assertThat(new Sampler(penalising, List.of(1, 3), Optional.empty()).draw(LOGITS))
                .isEqualTo(2);
    }

    @Test
    void aPenaltyOfAlmostNothingPrefersWhatCameBefore() {
        Sampling preferring = new Sampling(1, 0, 1, 0, Double.MIN_VALUE, 0, 0, Map.of(), 1);
        float[] positive = {1, 1, 1, 1};

        assertThat(new Sampler(preferring, List.of(2), Optional.empty()).draw(positive))
                .isEqualTo(2);
    }

    @Test
    void onlyTokensOfTheGrammarAreDrawn() throws Exception {
        ByteTokenizer bytes = new ByteTokenizer();
        TokenGrammar grammar = new TokenGrammar(
                new Grammar.WithRules(Regex.parse("[\\x00\\x03]+"), Map.of()),
                new Vocabulary(bytes, 4),
                bytes,
                Set.of());
        Set<Integer> drawn = new TreeSet<>();
        Sampler sampler = new Sampler(sampling(1, 0, 1), List.of(), Optional.of(grammar.follow()));
        for (int i = 0; i < 200; i++) {
            drawn.add(sampler.draw(LOGITS));
        }

        assertThat(drawn).containsExactly(0, 3);
    }

    private static Sampler sampler(Sampling sampling) {
        return new Sampler(sampling, List.of(), Optional.empty());
    }

    private static Set<Integer> drawn(Sampling sampling) {
        Sampler sampler = sampler(sampling);
        Set<Integer> drawn = new TreeSet<>();
        for (int i = 0; i < 2000; i++) {
            drawn.add(sampler.draw(LOGITS));
        }
        return drawn;
    }

    private static Sampling sampling(double temperature, int topK, double topP) {
        return new Sampling(temperature, topK, topP, 0, 1, 0, 0, Map.of(), 42);
    }

    private static float log(double probability) {
        return (float) Math.log(probability);
    }
}
