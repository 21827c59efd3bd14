/** The runtime's process: it serves a model over HTTP, or trains one. */
@NullMarked
package dev.plinth.server;

import org.jspecify.annotations.NullMarked;
