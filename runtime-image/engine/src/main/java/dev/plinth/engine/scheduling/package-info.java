/**
 * What the engine computes next: pure decisions on tokens and blocks, without tensors, threads or a clock. Begin with {@link
 * dev.plinth.engine.scheduling.Scheduler}.
 */
@NullMarked
package dev.plinth.engine.scheduling;

import org.jspecify.annotations.NullMarked;
