package dev.plinth.planner.time;

/**
 * What hardware and software reach of what they promise. Few numbers, each with a physical meaning; {@link Calibrations} holds the
 * fitted ones.
 *
 * @param matmul share of the dense peak that an endlessly large matrix product reaches
 * @param sixteenBitMatmul the same for products in sixteen bits, which attention and the head use at any precision
 * @param grouped rate of the many small products of experts, as a share of one product's
 * @param attention rate of a fused attention kernel, as a share of a sixteen-bit product's
 * @param memory share of the memory's bandwidth that element-wise kernels reach
 * @param scaleUp share of the fast link's bandwidth that collectives reach
 * @param network share of the network's bandwidth that collectives reach
 * @param launchSeconds of the host for one kernel
 * @param tensorExposure share of tensor-parallel communication that nothing hides
 * @param expertExposure share of expert all-to-all that nothing hides
 * @param dataExposure share of data-parallel communication that nothing hides, where the framework overlaps it
 * @param pipelineExposure share of messages between stages that nothing hides
 * @param band relative error that four of five predictions stay within
 */
public record Calibration(
        double matmul,
        double sixteenBitMatmul,
        double grouped,
        double attention,
        double memory,
        double scaleUp,
        double network,
        double launchSeconds,
        double tensorExposure,
        double expertExposure,
        double dataExposure,
        double pipelineExposure,
        double band) {}
