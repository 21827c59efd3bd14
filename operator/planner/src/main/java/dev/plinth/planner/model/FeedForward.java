package dev.plinth.planner.model;

import java.util.List;

/**
 * The two or three matrices after the attention.
 *
 * @param inner length of the vector between them
 * @param gated SwiGLU and its kin: a third matrix whose output gates the first's (2002.05202)
 */
public record FeedForward(int inner, boolean gated, boolean bias) {
    public List<Matrix> matrices(int hidden) {
        var up = Matrix.columns("up", hidden, inner, bias);
        var down = Matrix.rows("down", inner, hidden, bias);
        return gated ? List.of(Matrix.columns("gate", hidden, inner, bias), up, down) : List.of(up, down);
    }
}
