@NullMarked
package dev.plinth.planbench;

import org.jspecify.annotations.NullMarked;
