/**
 * Accelerators, the levels of network between them, and how much of them is free.
 *
 * <p>Read in this order: {@link dev.plinth.planner.hardware.Accelerator}, {@link dev.plinth.planner.hardware.Catalogue}, {@link
 * dev.plinth.planner.hardware.Fabric}, {@link dev.plinth.planner.hardware.CapacityProfile}.
 */
@NullMarked
package dev.plinth.planner.hardware;

import org.jspecify.annotations.NullMarked;
