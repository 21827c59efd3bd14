package dev.plinth.planner.layout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * How a training is split. Ranks are laid out with tensor innermost, then context, data and pipeline, as Megatron does.
 *
 * @param tensor ranks that share each matrix
 * @param context ranks that share each sequence
 * @param data groups that each work on other samples
 * @param pipeline stages, each with a part of the layers
 * @param expert ranks that share the experts of a layer; divides {@code tensor x context x data}
 * @param microBatch samples that pass a stage at once
 * @param virtualStages parts of each stage that take turns; 1 for a plain pipeline
 * @param zero what data ranks share: 0 nothing, 1 optimizer, 2 and gradients, 3 and weights (1910.02054)
 * @param sequenceParallel norms and residuals are shared among tensor ranks (2205.05198)
 */
public record Layout(
        int tensor,
        int context,
        int data,
        int pipeline,
        int expert,
        int microBatch,
        int virtualStages,
        Schedule schedule,
        Recompute recompute,
        int zero,
        boolean sequenceParallel,
        Offload offload)
        implements Comparable<Layout> {
    private static final Comparator<Layout> SIMPLEST_FIRST = Comparator.comparingInt(Layout::tensor)
            .thenComparingInt(Layout::context)
            .thenComparingInt(Layout::pipeline)
            .thenComparingInt(Layout::expert)
            .thenComparingInt(Layout::zero)
            .thenComparing(Layout::recompute)
            .thenComparing(Layout::offload)
            .thenComparingInt(Layout::virtualStages)
            .thenComparing(Layout::schedule)
            .thenComparing(Comparator.comparingInt(Layout::microBatch).reversed())
            .thenComparingInt(Layout::data)
            .thenComparing(Layout::sequenceParallel);

    /** Tensor, data and pipeline only; 1F1B, nothing shared, nothing recomputed. */
    public static Layout of(int tensor, int data, int pipeline, int microBatch) {
        return new Layout(
                tensor,
                1,
                data,
                pipeline,
                1,
                microBatch,
                1,
                Schedule.ONE_F_ONE_B,
                Recompute.NONE,
                0,
                false,
                Offload.NONE);
    }

    public int accelerators() {
        return tensor * context * data * pipeline;
    }

    /** Micro-batches of one step that pass each stage. */
    public int microBatches(int globalBatch) {
        return globalBatch / (data * microBatch);
    }

    /** Ranks that hold the same experts. */
    public int expertReplicas() {
        return tensor * context * data / expert;
    }

    /** Ranks of a node that are neighbours of one stage, and so how far apart the stages are. */
    public int stageStride() {
        return tensor * context * data;
    }

    public Layout withContext(int degree) {
        return changed(draft -> draft.context = degree);
    }

    public Layout withExpert(int degree) {
        return changed(draft -> draft.expert = degree);
    }

    public Layout with(Recompute mode) {
        return changed(draft -> draft.recompute = mode);
    }

    public Layout with(Schedule order, int virtual) {
        return changed(draft -> {
            draft.schedule = order;
            draft.virtualStages = virtual;
        });
    }

    public Layout withZero(int stage) {
        return changed(draft -> draft.zero = stage);
    }

    public Layout with(Offload where) {
        return changed(draft -> draft.offload = where);
    }

    public Layout withSequenceParallel(boolean on) {
        return changed(draft -> draft.sequenceParallel = on);
    }

    private Layout changed(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.layout();
    }

    /** What can be changed of a layout, by name: twelve arguments in a row are easily mixed up. */
    private static final class Draft {
        private final Layout before;
        private int context;
        private int expert;
        private int virtualStages;
        private Schedule schedule;
        private Recompute recompute;
        private int zero;
        private boolean sequenceParallel;
        private Offload offload;

        Draft(Layout before) {
            this.before = before;
            context = before.context;
            expert = before.expert;
            virtualStages = before.virtualStages;
            schedule = before.schedule;
            recompute = before.recompute;
            zero = before.zero;
            sequenceParallel = before.sequenceParallel;
            offload = before.offload;
        }

        Layout layout() {
            return new Layout(
                    before.tensor,
                    context,
                    before.data,
                    before.pipeline,
                    expert,
                    before.microBatch,
                    virtualStages,
                    schedule,
                    recompute,
                    zero,
                    sequenceParallel,
                    offload);
        }
    }

    /** From the simplest: of two equally good layouts the lesser is taken. */
    @Override
    public int compareTo(Layout other) {
        return SIMPLEST_FIRST.compare(this, other);
    }

    /** As a person reads it: what is not split is not said. */
    @Override
    public String toString() {
        var words = new ArrayList<String>();
        add(words, "tensor", tensor);
        add(words, "context", context);
        add(words, "pipeline", pipeline);
        add(words, "expert", expert);
        words.add("data " + data);
        words.add("micro-batch " + microBatch);
        add(words, "virtual stages", virtualStages);
        if (pipeline > 1 && schedule != Schedule.ONE_F_ONE_B) {
            words.add(schedule.toString());
        }
        if (zero > 0) {
            words.add("ZeRO " + zero);
        }
        if (recompute != Recompute.NONE) {
            words.add(recompute.toString().toLowerCase(Locale.ROOT) + " recomputation");
        }
        if (offload != Offload.NONE) {
            words.add("optimizer on " + offload);
        }
        return String.join(", ", words);
    }

    private static void add(List<String> words, String name, int degree) {
        if (degree > 1) {
            words.add(name + " " + degree);
        }
    }
}
