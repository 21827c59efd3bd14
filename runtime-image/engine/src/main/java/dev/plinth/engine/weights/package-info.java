/** Files of tensors (safetensors, GGUF), memory-mapped and read as 32-bit floats. */
@NullMarked
package dev.plinth.engine.weights;

import org.jspecify.annotations.NullMarked;
