package dev.plinth.placement;

import java.util.Comparator;

/**
 * One pod, or the promise of one.
 *
 * @param owner whom a person knows it by, such as {@code gang ml/llama}
 * @param id names this pod and no other for all time: for a member of a gang the gang's UID with member index and incarnation,
 *     for any other pod its UID
 */
public record Holder(String owner, String id) implements Comparable<Holder> {
    private static final Comparator<Holder> ORDER =
            Comparator.comparing(Holder::owner).thenComparing(Holder::id);

    @Override
    public int compareTo(Holder other) {
        return ORDER.compare(this, other);
    }
}
