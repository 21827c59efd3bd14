package dev.plinth.placement;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the ranks of a gang are laid out: rank {@code r} has the coordinates that it has in mixed radix, the first dimension the
 * fastest. Member {@code i} runs the ranks from {@code i * ranksPerMember} on, one on each of its accelerators.
 *
 * @param dimensions fastest first; none if nobody knows who talks to whom
 * @param elastic name of the dimension whose degree follows the number of members; absent if the number is fixed
 */
public record Mesh(int ranksPerMember, List<Dimension> dimensions, Optional<String> elastic) {
    /** Nothing is known: the gang is placed by domains alone. */
    public static final Mesh NONE = new Mesh(1, List.of(), Optional.empty());

    public Mesh {
        dimensions = List.copyOf(dimensions);
    }

    public static Mesh of(int ranksPerMember, Dimension... dimensions) {
        return new Mesh(ranksPerMember, List.of(dimensions), Optional.empty());
    }

    /** Whether so many members can be laid out like this, each group shared evenly by those it touches. */
    public boolean suits(int members) {
        return isNone() || Axes.complaint(this, members).isEmpty();
    }

    boolean isNone() {
        return dimensions.isEmpty();
    }

    /** Number of ranks; saturates, and at most {@code Long.MAX_VALUE}. */
    long ranks() {
        long ranks = 1;
        for (var dimension : dimensions) {
            long degree = Math.max(0, dimension.degree());
            ranks = degree != 0 && ranks > Long.MAX_VALUE / degree ? Long.MAX_VALUE : ranks * degree;
        }
        return ranks;
    }

    /** The same with another degree of one dimension. */
    Mesh withDegree(String dimension, int degree) {
        return new Mesh(
                ranksPerMember,
                dimensions.stream()
                        .map(each -> each.name().equals(dimension) ? each.withDegree(degree) : each)
                        .toList(),
                elastic);
    }

    public Mesh elasticIn(String dimension) {
        return new Mesh(ranksPerMember, dimensions, Optional.of(dimension));
    }

    OptionalInt degree(String dimension) {
        return dimensions.stream()
                .filter(each -> each.name().equals(dimension))
                .mapToInt(Dimension::degree)
                .findFirst();
    }
}
