@NullMarked
package dev.plinth.tierbench;

import org.jspecify.annotations.NullMarked;
