/** The command line. */
@NullMarked
package dev.plinth.testbed.cli;

import org.jspecify.annotations.NullMarked;
