/** Decoders of text: what families of models differ in, their parameters, and the engine that computes them. */
@NullMarked
package dev.plinth.engine.decoder;

import org.jspecify.annotations.NullMarked;
