/** How gradients become new parameters: schedule, clipping by global norm, AdamW. */
@NullMarked
package dev.plinth.trainer.optimizer;

import org.jspecify.annotations.NullMarked;
