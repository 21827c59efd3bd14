/** Decoding of language models: requests in, tokens out, on an engine of tensors (DJL). */
@NullMarked
package dev.plinth.engine;

import org.jspecify.annotations.NullMarked;
