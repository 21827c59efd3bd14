package dev.plinth.planner.time;

/**
 * What one training framework makes of the hardware; the terms are {@link Calibration}'s.
 *
 * @param band relative error that four of five predictions stay within on measured hardware
 */
public record Software(
        double grouped,
        double attention,
        double memory,
        double launchSeconds,
        double tensorExposure,
        double expertExposure,
        double dataExposure,
        double pipelineExposure,
        double band) {
    Calibration on(Hardware hardware, double matmul, double leastBand) {
        return new Calibration(
                matmul,
                hardware.matmul16(),
                grouped,
                attention,
                memory,
                hardware.scaleUp(),
                hardware.network(),
                launchSeconds,
                tensorExposure,
                expertExposure,
                dataExposure,
                pipelineExposure,
                Math.max(band, leastBand));
    }
}
