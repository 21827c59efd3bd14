package dev.plinth.planner;

import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Schedule;
import java.util.List;

/**
 * What a framework can do.
 *
 * @param zero stages of sharing among data ranks
 * @param recompute modes that differ in it
 * @param schedules of a pipeline, the usual one first; the others only on wish
 * @param interleaves virtual stages
 * @param offloads places for the optimizer besides the accelerator
 */
record Rules(
        boolean tensor,
        boolean context,
        boolean pipeline,
        boolean expert,
        List<Integer> zero,
        List<Recompute> recompute,
        List<Schedule> schedules,
        boolean interleaves,
        List<Offload> offloads) {
    static Rules of(Framework framework) {
        var all = List.of(Recompute.values());
        var noneOrFull = List.of(Recompute.NONE, Recompute.FULL);
        var plain = List.of(Schedule.ONE_F_ONE_B);
        return switch (framework) {
            case MEGATRON_CLASSIC -> new Rules(true, false, true, false, List.of(0, 1), all, plain, true, List.of());
            // Fused attention has no scores to make again, so selective recomputation changes nothing.
            case MEGATRON ->
                new Rules(true, true, true, true, List.of(0, 1), noneOrFull, plain, true, List.of(Offload.HOST));
            // Its pipeline and tensor parallelism ask for another model's code; what it gives any model is ZeRO and
            // offload.
            case DEEPSPEED ->
                new Rules(
                        false,
                        false,
                        false,
                        false,
                        List.of(0, 1, 2, 3),
                        noneOrFull,
                        plain,
                        false,
                        List.of(Offload.HOST, Offload.NVME));
            case FSDP -> new Rules(false, false, false, false, List.of(2, 3), all, plain, false, List.of());
            case TORCHTITAN ->
                new Rules(
                        true,
                        true,
                        true,
                        true,
                        List.of(3),
                        all,
                        List.of(Schedule.ONE_F_ONE_B, Schedule.GPIPE, Schedule.ZERO_BUBBLE),
                        true,
                        List.of());
            case JAX -> new Rules(true, false, false, false, List.of(3), noneOrFull, plain, false, List.of());
        };
    }

    boolean offload(Offload where) {
        return offloads.contains(where);
    }

    /** Sequence parallelism comes with tensor parallelism wherever it exists: it saves memory and costs nothing. */
    static boolean sequenceParallel(Framework framework, int tensor) {
        return tensor > 1 && framework != Framework.MEGATRON_CLASSIC;
    }
}
