package dev.plinth.engine.scheduling;

import java.util.OptionalDouble;

/**
 * How much of prompts a step may hold. If somebody awaits a token, the step shall not take much longer than it would without them, or
 * than one that gives a token to a usual number: who is alone now need not be so in a moment, and shall not keep prompts waiting for that
 * moment. A least part goes in whatever it costs, so that no prompt waits for ever.
 */
final class PromptBudget {
    /** On a CPU eight rows of one token take less than three times the time of one. */
    private static final int USUAL_ROWS = 8;

    private final StepTimes times;
    private final int mostTokens;
    private final OptionalDouble longest;
    private Work work;
    private int taken;
    private boolean closed;

    /** @param decoding what the step holds without prompts */
    PromptBudget(Limits limits, StepTimes times, Work decoding) {
        this.times = times;
        this.work = decoding;
        OptionalDouble without = decoding.rows() == 0
                ? OptionalDouble.empty()
                : times.of(decoding.withRows(Math.max(decoding.rows(), Math.min(USUAL_ROWS, limits.running()))));
        this.longest = without.isPresent()
                ? OptionalDouble.of(limits.slowdown() * without.getAsDouble())
                : OptionalDouble.empty();
        this.mostTokens =
                decoding.rows() == 0 || longest.isPresent() ? limits.stepTokens() : limits.stepTokensBesideDecoding();
    }

    /** Whether there is room for anything more. */
    boolean open() {
        return !closed && fits(0, 1);
    }

    /** Takes a part in, if there is room for it; else nothing more will be. */
    boolean take(int from, int end) {
        if (!fits(from, end)) {
            closed = true;
            return false;
        }
        work = work.plus(from, end);
        taken += end - from;
        return true;
    }

    void close() {
        closed = true;
    }

    private boolean fits(int from, int end) {
        if (taken == 0) {
            return true;
        }
        return taken + end - from <= mostTokens
                && (longest.isEmpty() || times.of(work.plus(from, end)).orElse(0) <= longest.getAsDouble());
    }
}
