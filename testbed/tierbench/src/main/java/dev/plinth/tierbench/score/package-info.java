@NullMarked
package dev.plinth.tierbench.score;

import org.jspecify.annotations.NullMarked;
