@NullMarked
package dev.plinth.tierbench.input;

import org.jspecify.annotations.NullMarked;
