/** The Llama architecture, written once for training and for decoding. */
@NullMarked
package dev.plinth.engine.llama;

import org.jspecify.annotations.NullMarked;
