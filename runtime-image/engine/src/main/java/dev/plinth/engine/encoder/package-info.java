/** Encoders of text: a vector for each. */
@NullMarked
package dev.plinth.engine.encoder;

import org.jspecify.annotations.NullMarked;
