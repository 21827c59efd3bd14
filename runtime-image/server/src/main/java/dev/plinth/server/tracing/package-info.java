/** Traces, told by OpenTelemetry. */
@NullMarked
package dev.plinth.server.tracing;

import org.jspecify.annotations.NullMarked;
