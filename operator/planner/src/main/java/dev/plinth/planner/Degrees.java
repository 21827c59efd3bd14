package dev.plinth.planner;

import java.util.Comparator;

/** The degrees of a layout; data parallelism takes what they leave. Ordered so that little model parallelism comes first. */
record Degrees(int tensor, int context, int pipeline, int expert, int data) implements Comparable<Degrees> {
    private static final Comparator<Degrees> LEAST_SPLIT_FIRST = Comparator.comparingInt(Degrees::modelParallel)
            .thenComparingInt(Degrees::pipeline)
            .thenComparingInt(Degrees::context)
            .thenComparingInt(Degrees::expert)
            .thenComparingInt(Degrees::data);

    private int modelParallel() {
        return tensor * context * pipeline;
    }

    @Override
    public int compareTo(Degrees other) {
        return LEAST_SPLIT_FIRST.compare(this, other);
    }
}
