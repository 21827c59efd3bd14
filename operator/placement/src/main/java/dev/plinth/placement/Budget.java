package dev.plinth.placement;

/** Bounds the work of a decision by counting it, so that an answer depends on its input and never on the speed of a machine. */
final class Budget {
    private long left;

    /** @param expansions elementary steps: one member looked at in one way */
    Budget(long expansions) {
        this.left = expansions;
    }

    /** Takes the steps out of the budget; false once it is used up. */
    boolean take(long steps) {
        left -= steps;
        return left >= 0;
    }

    boolean isSpent() {
        return left <= 0;
    }
}
