/** What one rank computes: the parameters as one vector, and a step's loss and gradient. */
@NullMarked
package dev.plinth.trainer.compute;

import org.jspecify.annotations.NullMarked;
