/** Nodes of both kinds: simulated ones, and real ones that run containers. */
@NullMarked
package dev.plinth.testbed.nodes;

import org.jspecify.annotations.NullMarked;
