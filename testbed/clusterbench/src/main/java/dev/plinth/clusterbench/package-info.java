/** The operator in a real control plane with thousands of simulated nodes: how fast, how large, and beside whom. */
@NullMarked
package dev.plinth.clusterbench;

import org.jspecify.annotations.NullMarked;
