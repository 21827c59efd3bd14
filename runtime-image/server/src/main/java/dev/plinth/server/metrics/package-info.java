/** Metrics under the names of vLLM. */
@NullMarked
package dev.plinth.server.metrics;

import org.jspecify.annotations.NullMarked;
