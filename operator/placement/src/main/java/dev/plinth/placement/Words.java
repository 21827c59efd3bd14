package dev.plinth.placement;

/** Figures in sentences. */
final class Words {
    private Words() {}

    /** {@code 1 member}, {@code 2 members}. */
    static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
