@NullMarked
package dev.plinth.tierbench.run;

import org.jspecify.annotations.NullMarked;
