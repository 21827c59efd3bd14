package dev.plinth.planner.model;

import java.util.List;

/**
 * One transformer layer.
 *
 * @param vectors parameters that are vectors: norms and the like; no rank divides them
 */
public record Layer(List<Matrix> matrices, long vectors) {
    public Layer {
        matrices = List.copyOf(matrices);
    }

    public long parameters() {
        return matrices.stream().mapToLong(Matrix::parameters).sum() + vectors;
    }

    public long activeParameters() {
        return parameters()
                - matrices.stream()
                        .mapToLong(matrix ->
                                matrix.parameters() / matrix.copies() * (matrix.copies() - matrix.activeCopies()))
                        .sum();
    }

    /** Multiplications and additions of one token in the matrices, forward. */
    public long matrixFlopsPerToken() {
        return matrices.stream().mapToLong(Matrix::forwardFlopsPerToken).sum();
    }
}
