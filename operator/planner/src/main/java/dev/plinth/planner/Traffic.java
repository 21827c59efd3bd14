package dev.plinth.planner;

import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.memory.StageParameters;
import java.util.ArrayList;
import java.util.List;

/**
 * What the members of one kind of group send to each other.
 *
 * @param members of one group
 * @param stride between the ranks of neighbours in a group
 * @param bytesPerStep that one member sends in a step
 */
public record Traffic(Kind kind, int members, int stride, double bytesPerStep) {
    public enum Kind {
        TENSOR,
        CONTEXT,
        EXPERT,
        DATA,
        PIPELINE
    }

    private static final double ACTIVATION_BYTES = 2;

    /** The groups of a layout that have more than one member, innermost first. */
    static List<Traffic> of(Training training, Layout layout) {
        var model = training.model();
        var groups = new ArrayList<Traffic>();
        var tokens = training.tokensPerStep() / layout.data() / layout.context();
        var residual = tokens * model.hidden() * ACTIVATION_BYTES;
        var layers = (double) model.layers() / layout.pipeline();
        var passes = layout.recompute() == Recompute.FULL ? 3 : 2;
        if (layout.tensor() > 1) {
            groups.add(new Traffic(
                    Kind.TENSOR, layout.tensor(), 1, layers * passes * 2 * ring(layout.tensor()) * residual));
        }
        if (layout.context() > 1) {
            var attention = model.attention();
            var each = attention.keyValueHeads() * (attention.keySize() + attention.valueSize());
            var keys = tokens * each * ACTIVATION_BYTES / layout.tensor();
            groups.add(new Traffic(
                    Kind.CONTEXT, layout.context(), layout.tensor(), layers * passes * (layout.context() - 1) * keys));
        }
        if (layout.expert() > 1) {
            var active = model.experts().orElseThrow().active();
            var mixed = (double) model.expertLayers() / layout.pipeline();
            var away = (layout.expert() - 1.0) / layout.expert();
            groups.add(new Traffic(
                    Kind.EXPERT, layout.expert(), 1, mixed * passes * 2 * away * active * residual / layout.tensor()));
        }
        if (layout.data() * layout.context() > 1) {
            groups.add(data(training, layout));
        }
        if (layout.pipeline() > 1) {
            groups.add(new Traffic(
                    Kind.PIPELINE,
                    layout.pipeline(),
                    layout.stageStride(),
                    2.0 * layout.virtualStages() * residual / layout.tensor()));
        }
        return groups;
    }

    private static Traffic data(Training training, Layout layout) {
        var replicas = layout.data() * layout.context();
        var parameters = StageParameters.of(training.model(), layout, 0).shared();
        var times = layout.zero() >= 3 && layout.pipeline() == 1 ? layout.microBatches(training.globalBatch()) : 1;
        var exchanges = layout.zero() >= 3 ? 3 : 2;
        var bytes = times
                * exchanges
                / 2.0
                * ring(replicas)
                * parameters
                * training.framework().state().gradient();
        return new Traffic(Kind.DATA, replicas, layout.tensor(), bytes);
    }

    /** Bytes of an all-reduce that each member of a ring sends, for each byte that is reduced. */
    private static double ring(int members) {
        return 2 * (members - 1.0) / members;
    }
}
