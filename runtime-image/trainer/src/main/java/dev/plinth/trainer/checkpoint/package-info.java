/** Checkpoints on a volume that all ranks share: written beside, made durable, renamed; the newest complete one counts. */
@NullMarked
package dev.plinth.trainer.checkpoint;

import org.jspecify.annotations.NullMarked;
