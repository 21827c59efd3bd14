package dev.plinth.engine.scheduling;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Guesses at one sequence: tokens that are computed before it is known whether they will stand there (speculative decoding, Leviathan
 * et al. 2023, arXiv:2211.17192). Those guessed right were computed in a step that had to be made anyway; the others cost a row each. A
 * sequence that more often loses by it than wins is left alone for a while, longer each time.
 */
final class Speculation {
    /** What the row of a guess costs, in steps; so many guesses of one must come true. */
    private static final double PRICE = 0.3;
    /** In steps. */
    private static final double BEARABLE_LOSS = 0.7;

    private static final double MEMORY = 0.9;
    static final int MOST_GUESSES = 7;
    private static final int FIRST_REST = 64;

    /** Guesses that were computed behind the sequence's end and are not yet known to be right or wrong. */
    private final List<Integer> open = new ArrayList<>();

    private int length = 2;
    private int made;
    private int right;
    private double gain;
    private int rest = FIRST_REST;
    /** Length of the text from which on it is guessed at again. */
    private int restUntil;

    /** At most so many guesses how a text goes on. */
    List<Integer> guess(List<Integer> text, int most) {
        return text.size() < restUntil ? List.of() : PromptLookup.guess(text, Math.min(length, most));
    }

    /** A guess was computed; gives which of its draft it is, from 0. */
    int computed(int token) {
        open.add(token);
        return made++;
    }

    /**
     * The text has a token more.
     *
     * @param size of the text with it
     * @return if it was guessed, and is therefore computed: which of its draft it was, from 0
     */
    OptionalInt confirm(int token, int size) {
        if (open.isEmpty()) {
            return OptionalInt.empty();
        }
        boolean guessed = open.removeFirst() == token;
        OptionalInt place = guessed ? OptionalInt.of(right++) : OptionalInt.empty();
        if (!guessed || open.isEmpty()) {
            judge(size);
        }
        return place;
    }

    /** What was computed ahead is not there any more. */
    void forget() {
        open.clear();
        made = 0;
        right = 0;
    }

    private void judge(int size) {
        gain = MEMORY * gain + right - PRICE * made;
        length = right == made ? Math.min(MOST_GUESSES, 2 * made) : right + 1;
        if (gain < -BEARABLE_LOSS) {
            restUntil = size + rest;
            rest *= 2;
            gain = 0;
        }
        forget();
    }
}
