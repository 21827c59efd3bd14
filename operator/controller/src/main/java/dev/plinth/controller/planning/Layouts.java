package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.Parallelism;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Schedule;
import java.util.Locale;

/** A layout of the planner in the words of the API, and back. */
public final class Layouts {
    private Layouts() {}

    static Plan.Layout shown(Layout layout, int globalBatch) {
        return new Plan.Layout(
                layout.tensor(),
                layout.context(),
                layout.data(),
                layout.pipeline(),
                layout.expert(),
                layout.microBatch(),
                layout.microBatches(globalBatch),
                switch (layout.schedule()) {
                    case ONE_F_ONE_B -> Plan.Schedule.OneForwardOneBackward;
                    case GPIPE -> Plan.Schedule.GPipe;
                    case ZERO_BUBBLE -> Plan.Schedule.ZeroBubble;
                },
                layout.virtualStages(),
                layout.zero(),
                switch (layout.recompute()) {
                    case NONE -> Parallelism.Recompute.None;
                    case SELECTIVE -> Parallelism.Recompute.Selective;
                    case FULL -> Parallelism.Recompute.Full;
                },
                layout.sequenceParallel(),
                shown(layout.offload()));
    }

    static Parallelism.Offload shown(Offload offload) {
        return switch (offload) {
            case NONE -> Parallelism.Offload.None;
            case HOST -> Parallelism.Offload.Host;
            case NVME -> Parallelism.Offload.Nvme;
        };
    }

    static Layout read(Plan.Layout shown) {
        return new Layout(
                shown.tensor(),
                shown.context(),
                shown.data(),
                shown.pipeline(),
                shown.expert(),
                shown.microBatch(),
                shown.virtualStages(),
                switch (shown.schedule()) {
                    case OneForwardOneBackward -> Schedule.ONE_F_ONE_B;
                    case GPipe -> Schedule.GPIPE;
                    case ZeroBubble -> Schedule.ZERO_BUBBLE;
                },
                Recompute.valueOf(shown.recompute().name().toUpperCase(Locale.ROOT)),
                shown.zeroStage(),
                shown.sequenceParallel(),
                Offload.valueOf(shown.offload().name().toUpperCase(Locale.ROOT)));
    }

    /** As a person reads it: what is not split is not said. */
    public static String words(Plan.Layout layout) {
        return read(layout).toString();
    }
}
