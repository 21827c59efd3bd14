package dev.plinth.planner.model;

/**
 * One weight matrix of a layer, or a set of equal ones.
 *
 * @param name as in the literature, for example {@code query}
 * @param inputs length of the vectors it takes
 * @param outputs length of the vectors it gives
 * @param bias whether a vector of {@code outputs} is added
 * @param split how tensor parallelism divides it
 * @param copies how many equal matrices there are: 1, or the number of experts
 * @param activeCopies how many of them one token passes through
 */
public record Matrix(
        String name, long inputs, long outputs, boolean bias, Split split, long copies, long activeCopies) {
    /** How tensor parallelism divides a matrix. */
    public enum Split {
        /** By outputs: each rank makes a part of the output. */
        COLUMNS,
        /** By inputs: each rank makes a summand of the output. */
        ROWS,
        /** Not divided: each rank holds all of it. */
        NONE,
        /** Whole experts are dealt to the ranks of the expert group. */
        EXPERTS
    }

    static Matrix columns(String name, long inputs, long outputs, boolean bias) {
        return new Matrix(name, inputs, outputs, bias, Split.COLUMNS, 1, 1);
    }

    static Matrix rows(String name, long inputs, long outputs, boolean bias) {
        return new Matrix(name, inputs, outputs, bias, Split.ROWS, 1, 1);
    }

    static Matrix whole(String name, long inputs, long outputs, boolean bias) {
        return new Matrix(name, inputs, outputs, bias, Split.NONE, 1, 1);
    }

    Matrix forEachOf(int experts, int active) {
        return new Matrix(name, inputs, outputs, bias, Split.EXPERTS, experts, active);
    }

    /** Whether both are divided by outputs, or among experts, and take the same vectors. */
    public boolean sharesInputWith(Matrix other) {
        return split == other.split
                && (split == Split.COLUMNS || split == Split.EXPERTS)
                && inputs == other.inputs
                && copies == other.copies;
    }

    /** Both as one matrix with the outputs of both. */
    public Matrix beside(Matrix other) {
        return new Matrix(name + "+" + other.name, inputs, outputs + other.outputs, bias, split, copies, activeCopies);
    }

    public long parameters() {
        return copies * (inputs * outputs + (bias ? outputs : 0));
    }

    /** Multiplications and additions of one token's forward pass. */
    public long forwardFlopsPerToken() {
        return 2 * inputs * outputs * activeCopies;
    }
}
