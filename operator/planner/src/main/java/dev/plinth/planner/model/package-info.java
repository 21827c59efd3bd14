/**
 * What a transformer is made of, matrix by matrix: parameters, multiplications and what its attention keeps.
 *
 * <p>Read in this order: {@link dev.plinth.planner.model.ModelShape}, {@link dev.plinth.planner.model.Attention}, {@link
 * dev.plinth.planner.model.FeedForward}, {@link dev.plinth.planner.model.Experts}; {@link
 * dev.plinth.planner.model.HuggingFaceConfig} reads one from a {@code config.json}.
 */
@NullMarked
package dev.plinth.planner.model;

import org.jspecify.annotations.NullMarked;
