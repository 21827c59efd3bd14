package dev.plinth.planbench;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.FlopConvention;
import dev.plinth.planner.time.Calibration;
import dev.plinth.planner.time.Calibrations;
import dev.plinth.planner.time.StepTime;
import dev.plinth.planner.time.StepTimeModel;
import java.util.OptionalDouble;

/**
 * One measured training step.
 *
 * @param table where it was published
 * @param size of the model, for a person and for grouping
 * @param seconds of one step
 * @param peakGib largest memory that the framework's allocator reported
 */
record Measurement(
        String table,
        String size,
        Training training,
        Layout layout,
        Accelerator accelerator,
        Fabric fabric,
        double seconds,
        OptionalDouble peakGib) {
    StepTime predict() {
        return predict(Calibrations.of(accelerator, training.precision(), training.framework()));
    }

    StepTime predict(Calibration calibration) {
        return new StepTimeModel(training, accelerator, fabric, calibration).predict(layout);
    }

    int gpus() {
        return layout.accelerators();
    }

    /** Share of the dense peak of the precision in use, spent on the model's own operations in a step of so many seconds. */
    double mfu(double stepSeconds) {
        var flops = FlopConvention.MODEL.perStep(training.model(), training.globalBatch(), training.sequence());
        return flops / stepSeconds / gpus() / peak();
    }

    private double peak() {
        return accelerator.peak(training.precision()).orElseThrow();
    }

    /** What the search chooses between, besides the micro-batch: rows that share it are kept together when folds are made. */
    String degrees() {
        return "%s tp%d dp%d pp%d".formatted(size, layout.tensor(), layout.data(), layout.pipeline());
    }
}
