package dev.plinth.placement;

/** How bad a placement is: see {@link Objective}. */
record Cost(long used, long left) implements Comparable<Cost> {
    Cost plus(Cost other) {
        return new Cost(used + other.used, left + other.left);
    }

    @Override
    public int compareTo(Cost other) {
        int byUsed = Long.compare(used, other.used);
        return byUsed != 0 ? byUsed : Long.compare(left, other.left);
    }
}
