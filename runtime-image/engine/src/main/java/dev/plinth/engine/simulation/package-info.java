/** An engine without weights, for tests of everything around one. */
@NullMarked
package dev.plinth.engine.simulation;

import org.jspecify.annotations.NullMarked;
