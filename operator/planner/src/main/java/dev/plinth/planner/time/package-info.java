/**
 * How long a step takes: kernels, collectives, pipeline, and what of it hides behind what.
 *
 * <p>Read in this order: {@link dev.plinth.planner.time.StepTimeModel}, {@link dev.plinth.planner.time.StepTime}, {@link
 * dev.plinth.planner.time.LayerTime}, {@link dev.plinth.planner.time.Kernels}, {@link dev.plinth.planner.time.Collectives},
 * {@link dev.plinth.planner.time.Calibration}.
 */
@NullMarked
package dev.plinth.planner.time;

import org.jspecify.annotations.NullMarked;
