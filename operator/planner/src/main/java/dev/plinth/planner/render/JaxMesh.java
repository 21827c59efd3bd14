package dev.plinth.planner.render;

import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Training;
import java.util.List;
import java.util.TreeMap;

/**
 * A device mesh for a JAX program: axes outermost first, so that devices of one tensor group are neighbours. There is no standard
 * name for it, so it comes in variables of our own; {@code jax.make_mesh(shape, axes)} takes both as they are.
 */
final class JaxMesh {
    private JaxMesh() {}

    static Rendering of(Training training, Layout layout) {
        var environment = new TreeMap<String, String>();
        environment.put("PLINTH_MESH_AXES", "fsdp,tensor");
        environment.put("PLINTH_MESH_SHAPE", "%d,%d".formatted(layout.data(), layout.tensor()));
        environment.put("PLINTH_MICRO_BATCH", Integer.toString(layout.microBatch()));
        environment.put("PLINTH_GRADIENT_ACCUMULATION", Integer.toString(layout.microBatches(training.globalBatch())));
        environment.put("PLINTH_REMAT", layout.recompute() == Recompute.FULL ? "full" : "none");
        return new Rendering(List.of(), environment, new TreeMap<>());
    }
}
