/**
 * Whether a layout fits: bytes on one accelerator, by component and pipeline stage.
 *
 * <p>Read in this order: {@link dev.plinth.planner.memory.MemoryModel}, {@link dev.plinth.planner.memory.MemoryUse}, {@link
 * dev.plinth.planner.memory.Activations}, {@link dev.plinth.planner.memory.StageParameters}.
 */
@NullMarked
package dev.plinth.planner.memory;

import org.jspecify.annotations.NullMarked;
