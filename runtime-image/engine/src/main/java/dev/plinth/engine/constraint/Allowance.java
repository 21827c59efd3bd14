package dev.plinth.engine.constraint;

/**
 * How many places of an automaton may still be looked at for one text, so that no text keeps the engine from the others. A state
 * that is known costs nothing, whoever had it made; common grammars therefore never come near the end of theirs.
 */
final class Allowance {
    /** For the first states, which have most to be looked at. About a tenth of a second. */
    private static final int AT_FIRST = 1_000_000;

    /** About a millisecond. */
    private static final int A_TOKEN = 10_000;

    private long left = AT_FIRST;

    /** @throws ConstraintFailedException if that is more than there is left */
    void spend(int places) {
        left -= places;
        if (left < 0) {
            throw new ConstraintFailedException(
                    "the constraint takes too long to follow: too many of its parts can match"
                            + " the same text; nest fewer repetitions, or bound them less");
        }
    }

    /** The text has a token more. */
    void grow() {
        left += A_TOKEN;
    }
}
