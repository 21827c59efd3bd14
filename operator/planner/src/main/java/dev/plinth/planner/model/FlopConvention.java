package dev.plinth.planner.model;

/** What a published figure counts as floating-point operations of a training step. */
public enum FlopConvention {
    /** Forward and backward, every token looking at the whole sequence: 72 B s l h² (1 + s/6h + V/12lh) for GPT (MegaScale, PaLM, MPT). */
    MODEL(3, 1),
    /** As {@link #MODEL}, but a token looks at half of the sequence on average, as causal attention does. */
    MODEL_CAUSAL(3, 0.5),
    /** With the second forward pass of the layers under full recomputation: 96 B s l h² (1 + s/6h + V/16lh) (2104.04473). */
    WITH_RECOMPUTATION(4, 1);

    private final int passes;
    private final double context;

    FlopConvention(int passes, double context) {
        this.passes = passes;
        this.context = context;
    }

    /** Operations of one training step over all accelerators. */
    public double perStep(ModelShape model, long globalBatch, long sequence) {
        var tokens = (double) globalBatch * sequence;
        var head = 2.0 * model.vocabulary() * model.hidden();
        var layers = model.forwardFlopsPerToken(Math.round(sequence * context)) - head;
        return tokens * (passes * layers + 3 * head);
    }
}
