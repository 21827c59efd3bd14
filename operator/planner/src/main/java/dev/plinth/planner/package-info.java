/**
 * Chooses how a model is split over accelerators: proves that it fits, predicts how long a step takes, and says why.
 *
 * <p>Read in this order: {@link dev.plinth.planner.PlanRequest}, {@link dev.plinth.planner.Planner}, {@link
 * dev.plinth.planner.Planning}; then {@link dev.plinth.planner.Legality}, {@link dev.plinth.planner.Search}. What they build on
 * has rooms of its own: {@code model}, {@code hardware}, {@code layout}, {@code memory}, {@code time}; {@code serve} plans serving
 * and {@code render} writes a plan as a framework's options.
 *
 * <p>Everything here is a pure function of its arguments: equal input gives an equal plan.
 */
@NullMarked
package dev.plinth.planner;

import org.jspecify.annotations.NullMarked;
