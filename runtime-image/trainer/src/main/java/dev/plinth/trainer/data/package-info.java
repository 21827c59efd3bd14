/** The text, and which parts of it make up the batch of each step. */
@NullMarked
package dev.plinth.trainer.data;

import org.jspecify.annotations.NullMarked;
