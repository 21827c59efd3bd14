package dev.plinth.placement;

import java.util.Optional;

/**
 * One dimension of the mesh in which the ranks of a gang are laid out, for example tensor, pipeline, data, expert or context. The
 * ranks that differ only in this coordinate form a group and exchange data.
 *
 * @param degree ranks in each group
 * @param traffic how a group exchanges data
 * @param bytesPerStep per rank and step: the buffer that is reduced ({@link Traffic#RING}), all that a rank sends
 *     ({@link Traffic#ALL_TO_ALL}), or what it passes on one way ({@link Traffic#POINT_TO_POINT})
 * @param required each group must lie in one domain of this level
 * @param preferred as few groups as possible that do not lie in one domain of this level
 */
public record Dimension(
        String name,
        int degree,
        Traffic traffic,
        double bytesPerStep,
        Optional<String> required,
        Optional<String> preferred) {

    /** Most bytes per rank and step: whole sums stay exact in a {@code long}. */
    public static final double MOST_BYTES = 1e12;

    /** How the ranks of a group exchange data. */
    public enum Traffic {
        /** All-reduce, or reduce-scatter and all-gather, over a ring in the order of the coordinate: gradients, tensor parallelism. */
        RING,
        /** Each rank sends an equal share to each other: experts, Ulysses. */
        ALL_TO_ALL,
        /** Neighbours in the coordinate, both ways, ends open: pipeline stages. */
        POINT_TO_POINT
    }

    public static Dimension ring(String name, int degree, double bytesPerStep) {
        return new Dimension(name, degree, Traffic.RING, bytesPerStep, Optional.empty(), Optional.empty());
    }

    public static Dimension allToAll(String name, int degree, double bytesPerStep) {
        return new Dimension(name, degree, Traffic.ALL_TO_ALL, bytesPerStep, Optional.empty(), Optional.empty());
    }

    public static Dimension pointToPoint(String name, int degree, double bytesPerStep) {
        return new Dimension(name, degree, Traffic.POINT_TO_POINT, bytesPerStep, Optional.empty(), Optional.empty());
    }

    public Dimension requiring(String level) {
        return new Dimension(name, degree, traffic, bytesPerStep, Optional.of(level), preferred);
    }

    public Dimension preferring(String level) {
        return new Dimension(name, degree, traffic, bytesPerStep, required, Optional.of(level));
    }

    /** Prefers the level and requires none. */
    Dimension preferringOnly(String level) {
        return new Dimension(name, degree, traffic, bytesPerStep, Optional.empty(), Optional.of(level));
    }

    Dimension withDegree(int other) {
        return new Dimension(name, other, traffic, bytesPerStep, required, preferred);
    }
}
