@NullMarked
package dev.plinth.recovery;

import org.jspecify.annotations.NullMarked;
