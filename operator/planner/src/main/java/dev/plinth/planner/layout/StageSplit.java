package dev.plinth.planner.layout;

import dev.plinth.planner.model.ModelShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Which layers a stage has. Layers are dealt evenly; where that leaves a rest, the embedding and the head count as a layer each, so
 * that the first and the last stage get less.
 *
 * @param first index of the stage's first layer; the parts of an interleaved stage are counted as if they were neighbours
 * @param layers of the stage
 */
public record StageSplit(int first, int layers) {
    /** Whether frameworks can deal the layers to so many parts: evenly, or evenly with embedding and head counted. */
    public static boolean isEven(int layers, int parts) {
        return parts <= layers && (layers % parts == 0 || (layers + 2) % parts == 0);
    }

    public static StageSplit of(ModelShape model, int stages, int stage) {
        var layers = model.layers();
        if (layers % stages == 0) {
            return new StageSplit(stage * (layers / stages), layers / stages);
        }
        var from = Math.toIntExact((long) stage * (layers + 2) / stages);
        var to = Math.toIntExact((long) (stage + 1) * (layers + 2) / stages);
        var first = Math.max(0, from - 1);
        return new StageSplit(first, Math.min(layers, to - 1) - first);
    }

    /** Stages that follow each other and are alike.
     *
     * @param first index of the first of them
     */
    public record Run(int first, int stages, int dense, int mixed) {}

    /** All stages of a pipeline, in order, alike ones together. */
    public static List<Run> runs(ModelShape model, int stages) {
        var runs = new ArrayList<Run>();
        for (var stage = 0; stage < stages; stage++) {
            var split = of(model, stages, stage);
            var dense = split.dense(model);
            var mixed = split.layers() - dense;
            var last = runs.isEmpty() ? null : runs.getLast();
            if (last != null && last.dense() == dense && last.mixed() == mixed) {
                runs.set(runs.size() - 1, new Run(last.first(), last.stages() + 1, dense, mixed));
            } else {
                runs.add(new Run(stage, 1, dense, mixed));
            }
        }
        return runs;
    }

    /** Layers of this stage that have no experts. */
    public int dense(ModelShape model) {
        return Math.clamp(model.denseLayers() - first, 0, layers);
    }
}
