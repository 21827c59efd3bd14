package dev.plinth.engine.scheduling;

import java.util.List;

/**
 * What a step computes, as far as its time depends on it.
 *
 * @param rows of one token
 * @param seen tokens that those look back at, together
 * @param promptTokens tokens in longer rows
 * @param promptSeen tokens that each of those looks back at, together
 */
record Work(int rows, long seen, int promptTokens, long promptSeen) {
    static final Work NONE = new Work(0, 0, 0, 0);

    static Work of(List<Step.Part> parts) {
        Work work = NONE;
        for (Step.Part part : parts) {
            work = work.plus(part.position(), part.end());
        }
        return work;
    }

    /** With a row more. */
    Work plus(int from, int end) {
        int tokens = end - from;
        return tokens == 1
                ? new Work(rows + 1, seen + end, promptTokens, promptSeen)
                : new Work(rows, seen, promptTokens + tokens, promptSeen + tokens * (from + end + 1L) / 2);
    }

    /** With another number of rows of one token such as there are. */
    Work withRows(int number) {
        return new Work(number, seen * number / rows, promptTokens, promptSeen);
    }

    /** What each adds its share to the time; the first is there in every step. */
    double[] shares() {
        return new double[] {1, rows, seen, promptTokens, promptSeen};
    }
}
