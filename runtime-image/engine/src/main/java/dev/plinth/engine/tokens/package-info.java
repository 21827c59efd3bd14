/** Text to token ids and back. */
@NullMarked
package dev.plinth.engine.tokens;

import org.jspecify.annotations.NullMarked;
