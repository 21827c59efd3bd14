package dev.plinth.planner.time;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Framework;

/**
 * The constants of the time model and where each comes from. {@code testbed/planbench fit} finds the fitted ones again; "expected"
 * are those that no table speaks of, set to what the hardware's users commonly reach.
 */
public final class Calibrations {
    /**
     * Fitted on vTrain's 73 iteration times and the A100 tables of 2104.04473, 2205.05198 and MegaScale (Megatron-LM's rows). What
     * collectives reach of NVLink includes what little of them is hidden. Eight and four bits: integers only, expected, not measured.
     */
    public static final Hardware AMPERE = new Hardware(0.80, 0.70, 0.60, 0.91, 0.80, true);

    /** Products fitted on torchtitan's, MPT's and Megatron-Bridge's tables; links expected: NCCL's bus bandwidth of large messages. */
    public static final Hardware HOPPER = new Hardware(0.65, 0.65, 0.65, 0.78, 0.80, true);

    /** Eight and four bits fitted on Megatron-Bridge's rows of GB200, GB300 and B300; sixteen bits and links expected. */
    public static final Hardware BLACKWELL = new Hardware(0.70, 0.56, 0.41, 0.78, 0.80, true);

    /** Expected of anything else; nothing measured. */
    public static final Hardware OTHER = new Hardware(0.60, 0.50, 0.40, 0.70, 0.75, false);

    /** Memory and pipeline exposure fitted with {@link #AMPERE}; nothing is hidden, as documented; the launch time is PyTorch's of then. */
    public static final Software CLASSIC = new Software(0.51, 0.70, 0.75, 10e-6, 1, 1, 1, 0.50, 0.14);

    /** Exposures and grouped products fitted on Megatron-Bridge's rows; attention as cuDNN's kernels on H100, memory expected. */
    public static final Software MEGATRON = new Software(0.51, 0.70, 0.85, 6e-6, 0.50, 0.51, 0.10, 0.50, 0.20);

    /** Memory and exposure fitted on the MPT table; attention as FlashAttention 2 on H100. */
    public static final Software FSDP = new Software(0.51, 0.50, 0.46, 10e-6, 1, 1, 0.32, 0.50, 0.10);

    /** Attention, memory and exposure fitted on torchtitan's table. */
    public static final Software COMPILED = new Software(0.51, 0.36, 0.80, 6e-6, 0.92, 1, 0.30, 0.50, 0.14);

    private static final double WIDE_BAND = 0.3;

    private Calibrations() {}

    public static Calibration of(Accelerator accelerator, Precision precision, Framework framework) {
        return of(hardware(accelerator), software(framework), precision);
    }

    public static Calibration of(Hardware hardware, Software software, Precision precision) {
        return software.on(hardware, hardware.matmul(precision), hardware.measured() ? 0 : WIDE_BAND);
    }

    public static Hardware hardware(Accelerator accelerator) {
        return switch (accelerator.generation()) {
            case AMPERE -> AMPERE;
            case HOPPER -> HOPPER;
            case BLACKWELL -> BLACKWELL;
            case OTHER -> OTHER;
        };
    }

    public static Software software(Framework framework) {
        return switch (framework) {
            case MEGATRON_CLASSIC -> CLASSIC;
            case MEGATRON -> MEGATRON;
            case DEEPSPEED, FSDP -> FSDP;
            case TORCHTITAN, JAX -> COMPILED;
        };
    }
}
