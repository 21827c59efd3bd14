package dev.plinth.engine.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpeculationTest {
    private final Speculation speculation = new Speculation();

    @Test
    void aTextIsGuessedToGoOnAsAfterTheLatestLongestMatchOfItsEnd() {
        assertThat(PromptLookup.guess(List.of(1, 2, 3, 4, 5, 9, 2, 3, 7, 1, 2, 3), 2))
                .containsExactly(4, 5);
        assertThat(PromptLookup.guess(List.of(2, 3, 4, 9, 2, 3, 7, 8, 2, 3), 3)).containsExactly(7, 8, 2);
        assertThat(PromptLookup.guess(List.of(9, 1, 2, 1, 2), 5)).containsExactly(1, 2, 1, 2, 1);
    }

    @Test
    void aTextThatDoesNotRepeatItselfIsNotGuessedAt() {
        assertThat(PromptLookup.guess(List.of(1, 2, 3, 4, 3), 5)).isEmpty();
        assertThat(PromptLookup.guess(List.of(1), 5)).isEmpty();
        assertThat(PromptLookup.guess(IntStream.range(0, 10_000).boxed().toList(), 5))
                .isEmpty();
    }

    @Test
    void guessesThatComeTrueGetLonger() {
        List<Integer> text = new ArrayList<>(List.of(1, 2, 1, 2, 1, 2, 1, 2, 1, 2));
        List<Integer> lengths = new ArrayList<>();

        for (int round = 0; round < 3; round++) {
            List<Integer> guesses = List.copyOf(speculation.guess(text, 100));
            lengths.add(guesses.size());
            guesses.forEach(speculation::computed);
            for (int i = 0; i < guesses.size(); i++) {
                text.add(guesses.get(i));
                assertThat(speculation.confirm(guesses.get(i), text.size())).hasValue(i);
            }
        }

        assertThat(lengths).containsExactly(2, 4, 7);
    }

    @Test
    void whatFollowsAWrongGuessIsNotKnown() {
        List.of(5, 6, 7).forEach(speculation::computed);

        assertThat(speculation.confirm(5, 11)).isEqualTo(OptionalInt.of(0));
        assertThat(speculation.confirm(9, 12)).isEmpty();
        assertThat(speculation.confirm(7, 13)).isEmpty();
    }

    @Test
    void aSequenceThatLosesByGuessingIsLeftAloneForAWhileAndLongerTheNextTime() {
        List<Integer> text = new ArrayList<>(List.of(1, 2));
        int guessed = 0;
        for (int i = 0; i < 1000; i++) {
            if (!speculation.guess(text, 7).isEmpty()) {
                guessed++;
                speculation.guess(text, 7).forEach(speculation::computed);
            }
            text.addAll(List.of(3 + i, 1, 2)); // the end is always known, what follows never
            speculation.confirm(-1, text.size());
        }

        assertThat(guessed).isBetween(5, 50);
    }
}
