/**
 * Judges the planner against measured tables, beside other predictors, and fits its constants.
 *
 * <p>{@link dev.plinth.planbench.Main} runs it; {@link dev.plinth.planbench.Measurement} is what a row of a table becomes.
 */
@NullMarked
package dev.plinth.planbench;

import org.jspecify.annotations.NullMarked;
