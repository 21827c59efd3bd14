/** Measures the engine beside its peers in one run. Begin with {@link dev.plinth.bench.EngineBench}. */
@NullMarked
package dev.plinth.bench;

import org.jspecify.annotations.NullMarked;
