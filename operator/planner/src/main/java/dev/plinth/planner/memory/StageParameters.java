package dev.plinth.planner.memory;

import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.StageSplit;
import dev.plinth.planner.model.Layer;
import dev.plinth.planner.model.Matrix;
import dev.plinth.planner.model.ModelShape;

/**
 * Parameters that one rank of a pipeline stage works on, before ZeRO divides anything.
 *
 * @param shared divided by tensor parallelism, the same on all data and context ranks
 * @param experts divided among the expert group
 * @param largestLayer of one layer, as gathered for computing
 */
public record StageParameters(double shared, double experts, double largestLayer) {
    public static StageParameters of(ModelShape model, Layout layout, int stage) {
        var split = StageSplit.of(model, layout.pipeline(), stage);
        var dense = split.dense(model);
        var mixed = split.layers() - dense;
        var shared = 0.0;
        var experts = 0.0;
        var largest = 0.0;
        if (dense > 0) {
            var each = divided(model.denseLayer(), layout.tensor());
            shared += dense * each;
            largest = each;
        }
        if (mixed > 0) {
            var layer = model.expertLayer();
            var each = divided(layer, layout.tensor());
            var routed = routed(layer) / layout.expert();
            shared += mixed * each;
            experts = mixed * routed;
            largest = Math.max(largest, each + routed);
        }
        return new StageParameters(shared + ends(model, layout, stage), experts, largest);
    }

    /** Embedding on the first stage, head on the last; tied ones are on both, since both need them. */
    private static double ends(ModelShape model, Layout layout, int stage) {
        var embedding = (double) model.embeddingParameters();
        var head = (double) model.headParameters();
        var onFirst = stage == 0 ? embedding : 0;
        var onLast = stage == layout.pipeline() - 1 ? head : 0;
        var copy = stage == layout.pipeline() - 1 && stage > 0 && model.tiedEmbeddings()
                ? (double) model.vocabulary() * model.hidden()
                : 0;
        return (onFirst + onLast + copy) / layout.tensor();
    }

    private static double divided(Layer layer, int tensor) {
        var sum = (double) layer.vectors();
        for (var matrix : layer.matrices()) {
            sum += switch (matrix.split()) {
                case COLUMNS -> (double) matrix.parameters() / tensor;
                case ROWS ->
                    (double) matrix.inputs() * matrix.outputs() / tensor + (matrix.bias() ? matrix.outputs() : 0);
                case NONE -> matrix.parameters();
                case EXPERTS -> 0;
            };
        }
        return sum;
    }

    private static double routed(Layer layer) {
        return layer.matrices().stream()
                .filter(matrix -> matrix.split() == Matrix.Split.EXPERTS)
                .mapToDouble(Matrix::parameters)
                .sum();
    }

    public double total() {
        return shared + experts;
    }
}
