package dev.plinth.engine.scheduling;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Guesses how a text goes on: as it went on the last time that its last few tokens stood in it (prompt lookup, Saxena 2023; the
 * {@code ngram} method of vLLM). Summaries, edits, code and JSON repeat themselves; other texts do not, and are not guessed at.
 */
final class PromptLookup {
    private static final int LEAST_MATCH = 2;
    /** A longer match is no better, and the latest of that length is taken. */
    private static final int ENOUGH_MATCH = 4;
    /** How far is looked back, so that a long text costs no more than microseconds. */
    private static final int REACH = 8192;

    private PromptLookup() {}

    /** So many tokens that may follow; none if the end of the text did not occur before. */
    static List<Integer> guess(List<Integer> text, int most) {
        int size = text.size();
        int longest = LEAST_MATCH - 1;
        int after = size;
        for (int end = size - 1; end > Math.max(0, size - REACH) && longest < ENOUGH_MATCH; end--) {
            int match = match(text, end);
            if (match > longest) {
                longest = match;
                after = end;
            }
        }
        int first = after;
        int period = size - after; // a text that goes in circles is guessed to go on in them
        return period == 0
                ? List.of()
                : IntStream.range(0, most)
                        .mapToObj(i -> text.get(first + i % period))
                        .toList();
    }

    /** How many tokens before {@code end} are those before the end of the text. */
    private static int match(List<Integer> text, int end) {
        int match = 0;
        while (match < ENOUGH_MATCH
                && match < end
                && text.get(end - 1 - match).equals(text.get(text.size() - 1 - match))) {
            match++;
        }
        return match;
    }
}
