/** Processes that cannot outlive their starter, and the namespaces they live in. */
@NullMarked
package dev.plinth.testbed.process;

import org.jspecify.annotations.NullMarked;
